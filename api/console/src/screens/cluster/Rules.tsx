import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { api, ask } from "../../api.ts";
import type { Cluster } from "../../hooks/fleet.ts";
import { useView } from "../../hooks/view.ts";
import { kindName } from "../../parts/kinds.ts";
import { objectStateWord } from "../../parts/words.ts";
import { WordBadge } from "../../parts/WordBadge.tsx";
import { Moment } from "../../ui/Moment.tsx";
import { count } from "../../ui/number.ts";
import { Empty, Shown } from "../../ui/Screen.tsx";
import { VirtualTable, type Column, type Sort } from "../../ui/VirtualTable.tsx";
import { byState, found, ordered, type ObjectState } from "./rules.ts";
import classes from "./cluster.module.css";

const route = getRouteApi("/fleet/$cluster");

/** Every federated object that is for a cluster, and how it does there. */
export function Rules({ cluster: { id, role } }: { cluster: Cluster }) {
  const view = useView(useQuery({ queryKey: ["status", undefined, id], queryFn: ({ signal }) => readAll(id, signal) }));
  return (
    <Shown view={view} what="the state of the rules">
      {(states) =>
        states.length === 0 ? (
          <Empty title="No federated object is for this cluster.">
            {role === "" ? "It is in no federation." : "As soon as one is, its state is shown here."}
          </Empty>
        ) : (
          <RulesShown states={states} />
        )
      }
    </Shown>
  );
}

const pageSize = 1_000;

async function readAll(cluster: string, signal: AbortSignal): Promise<ObjectState[]> {
  const all: ObjectState[] = [];
  let after: string | undefined;
  do {
    const query = { cluster, limit: pageSize, ...(after === undefined ? {} : { after }) };
    const page = await ask(api().GET("/v1/fed/status", { params: { query }, signal }));
    all.push(...page.states);
    after = page.next === "" ? undefined : page.next;
  } while (after !== undefined);
  return all;
}

const keyOf = (s: ObjectState) => `${s.kind}/${s.name}`;

function RulesShown({ states }: { states: readonly ObjectState[] }) {
  const { q = "", state } = route.useSearch();
  const navigate = useNavigate();
  const set = (change: { q?: string | undefined; state?: string | undefined }) =>
    void navigate({ from: "/fleet/$cluster", to: ".", search: (old) => ({ ...old, ...change }), replace: true });
  const [sort, setSort] = useState<Sort>({ by: "state", isDown: false });
  const [typed, setTyped] = useState(q);
  const rows = useMemo(
    () => ordered(found(states, q, new Set(state === undefined ? [] : [state])), sort),
    [states, q, state, sort],
  );
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <TextInput
          type="search"
          aria-label="Search rules"
          placeholder="Search kind, name, reason"
          leftSection={<IconSearch size={16} aria-hidden />}
          value={typed}
          onChange={(e) => {
            setTyped(e.currentTarget.value);
            set({ q: e.currentTarget.value === "" ? undefined : e.currentTarget.value });
          }}
        />
        <Group gap={6} role="group" aria-label="Filter by state">
          {byState(states).map(([name, n]) => (
            <Button
              key={name}
              size="xs"
              variant={state === name ? "filled" : "default"}
              aria-pressed={state === name}
              title={objectStateWord(name).means}
              onClick={() => set({ state: state === name ? undefined : name })}
            >
              {count(n)} {objectStateWord(name).label}
            </Button>
          ))}
        </Group>
        <Text size="sm" ml="auto" role="status">
          {count(rows.length)} of {count(states.length)}
        </Text>
      </Group>
      <VirtualTable
        label="Federated objects"
        rows={rows}
        columns={columns}
        getKey={keyOf}
        sort={sort}
        onSort={setSort}
        compact={compact}
        empty={<Empty title="No object is like that." />}
      />
    </Stack>
  );
}

const columns: readonly Column<ObjectState>[] = [
  { id: "kind", title: "Kind", width: 140, sorts: true, render: (s) => kindName(s.kind) },
  { id: "name", title: "Name", width: 140, grow: 1, sorts: true, render: (s) => s.name },
  { id: "state", title: "State", width: 110, sorts: true, render: (s) => <State state={s} /> },
  {
    id: "reason",
    title: "Reason",
    width: 160,
    grow: 2,
    hideUnder: 700,
    render: (s) => <span title={s.reason}>{s.reason === "" ? "–" : s.reason}</span>,
  },
  {
    id: "revision",
    title: "Applied / desired",
    width: 140,
    align: "right",
    sorts: true,
    render: (s) => `${count(s.applied_revision)} / ${count(s.desired_revision)}`,
  },
  {
    id: "since",
    title: "Since",
    width: 130,
    hideUnder: 880,
    sorts: true,
    render: (s) => <Moment at={s.since} ago unknown="–" />,
  },
];

function State({ state: { state, reason } }: { state: ObjectState }) {
  return <WordBadge word={objectStateWord(state)} why={reason} />;
}

function compact(s: ObjectState) {
  return (
    <div className={classes.lines}>
      <div className={classes.line}>
        <b>
          {kindName(s.kind)} {s.name}
        </b>
        <State state={s} />
      </div>
      <div className={classes.line}>
        <span className={classes.quiet}>
          {s.reason === "" ? `since revision ${count(s.applied_revision)}` : s.reason}
        </span>
      </div>
    </div>
  );
}
