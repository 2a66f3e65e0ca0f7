import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { WordBadge } from "../../parts/WordBadge.tsx";
import { statusWord } from "../../parts/words.ts";
import { TextLink } from "../../ui/links.tsx";
import { count } from "../../ui/number.ts";
import { VirtualTable, type Column } from "../../ui/VirtualTable.tsx";
import { clusterStates, stateWords, tally, type ClusterState, type Row } from "./progress.ts";
import classes from "./Waves.module.css";

/** With so few clusters the list of the open wave is shown at once. */
const few = 30;

interface Props {
  rows: readonly Row[];
  /** Of the wave, from 1. */
  number: number;
  isCurrent: boolean;
}

/** How many clusters of a wave are in which state, and which ones. */
export function WaveClusters({ rows, number, isCurrent }: Props) {
  const [asked, ask] = useState<boolean>();
  const [only, setOnly] = useState<ClusterState>();
  const [text, setText] = useState("");
  const counts = useMemo(() => tally(rows), [rows]);
  const shown = useMemo(() => matching(rows, only, text), [rows, only, text]);
  const isOpen = only !== undefined || (asked ?? (isCurrent && rows.length <= few));
  const toggle = () => {
    setOnly(undefined);
    ask(!isOpen);
  };
  return (
    <Stack gap="xs">
      <Group gap={6} role="group" aria-label={`Clusters of wave ${number} by state`}>
        {clusterStates.map(
          (state) =>
            (counts[state] > 0 || only === state) && (
              <StateChip
                key={state}
                state={state}
                n={counts[state]}
                isPressed={only === state}
                onClick={() => setOnly(only === state ? undefined : state)}
              />
            ),
        )}
        <Button size="compact-sm" variant="subtle" aria-expanded={isOpen} onClick={toggle}>
          {isOpen ? "Hide clusters" : "Show clusters"}
        </Button>
      </Group>
      {isOpen && (
        <>
          {rows.length > few && (
            <TextInput
              size="xs"
              maw={320}
              leftSection={<IconSearch size={14} aria-hidden />}
              placeholder="Search names and reasons"
              aria-label={`Search the clusters of wave ${number}`}
              value={text}
              onChange={(e) => setText(e.currentTarget.value)}
            />
          )}
          <VirtualTable
            label={`Clusters of wave ${number}`}
            rows={shown}
            columns={columns}
            getKey={keyOf}
            height="360px"
            compact={compact}
            compactUnder={560}
            empty={<Text size="sm">No cluster is like that.</Text>}
          />
        </>
      )}
    </Stack>
  );
}

interface ChipProps {
  state: ClusterState;
  n: number;
  isPressed: boolean;
  onClick: () => void;
}

function StateChip({ state, n, isPressed, onClick }: ChipProps) {
  const { label, color, means } = stateWords[state];
  return (
    <button type="button" className={classes.state} aria-pressed={isPressed} title={means} onClick={onClick}>
      <span className={classes.dot} style={{ background: `var(--mantine-color-${color}-6)` }} aria-hidden />
      <b>{count(n)}</b> {label}
    </button>
  );
}

const keyOf = (row: Row) => row.id;

const columns: readonly Column<Row>[] = [
  {
    id: "name",
    title: "Cluster",
    width: 160,
    grow: 2,
    render: (row, tabIndex) => (
      <TextLink
        to="/fleet/$cluster"
        params={{ cluster: row.id }}
        tabIndex={tabIndex}
        size="sm"
        className={classes.ellipsis ?? ""}
      >
        {row.name}
      </TextLink>
    ),
  },
  {
    id: "state",
    title: "In the rollout",
    width: 120,
    render: (row) => <WordBadge word={stateWords[row.state]} size="sm" />,
  },
  { id: "status", title: "Status", width: 120, render: (row) => <WordBadge word={statusWord(row.status)} size="sm" /> },
  {
    id: "why",
    title: "Why",
    width: 160,
    grow: 3,
    render: (row) => (
      <Text size="sm" truncate title={row.why}>
        {row.why}
      </Text>
    ),
  },
];

function compact(row: Row, tabIndex: 0 | -1) {
  return (
    <Stack gap={2} miw={0}>
      <Group gap="xs" wrap="nowrap">
        <TextLink
          to="/fleet/$cluster"
          params={{ cluster: row.id }}
          tabIndex={tabIndex}
          size="sm"
          className={classes.ellipsis ?? ""}
        >
          {row.name}
        </TextLink>
        <WordBadge word={stateWords[row.state]} size="sm" />
      </Group>
      <Text size="sm" truncate title={row.why}>
        {row.why === "" ? statusWord(row.status).label : row.why}
      </Text>
    </Stack>
  );
}

const urgency = new Map(clusterStates.map((state, i) => [state, i]));

/** The rows in a state whose name or reason has a text in it; what needs attention first. */
function matching(rows: readonly Row[], only: ClusterState | undefined, text: string): readonly Row[] {
  const wanted = text.trim().toLowerCase();
  const found = rows.filter(
    (r) =>
      (only === undefined || r.state === only) &&
      (wanted === "" || r.name.toLowerCase().includes(wanted) || r.why.toLowerCase().includes(wanted)),
  );
  return found.sort(
    (a, b) => (urgency.get(a.state) ?? 0) - (urgency.get(b.state) ?? 0) || a.name.localeCompare(b.name),
  );
}
