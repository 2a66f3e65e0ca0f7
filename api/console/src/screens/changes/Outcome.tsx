import { Alert, Badge, Button, Collapse, Group, Paper, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconAlertTriangle, IconChevronDown, IconChevronUp } from "@tabler/icons-react";
import type { Draft, Scope } from "../../hooks/draft.ts";
import { useFleet } from "../../hooks/fleet.ts";
import { never } from "../../never.ts";
import { NameCloud } from "../../parts/NameCloud.tsx";
import { TextLink } from "../../ui/links.tsx";
import { count } from "../../ui/number.ts";
import { Refusal } from "../../ui/Refusal.tsx";
import { Loading } from "../../ui/Screen.tsx";
import { Conflict } from "./Conflict.tsx";
import { codes, type DryRun, type Report } from "./dryRun.ts";

interface Props {
  scope: Scope;
  draft: Draft;
  run: DryRun;
  onRebase: (revision: number) => void;
}

/** What the whole change set would come to. */
export function Outcome({ scope, draft, run, onRebase }: Props) {
  switch (run.is) {
    case "working":
      return <Loading what="what it would change" />;
    case "conflict":
      return <Conflict scope={scope} draft={draft} problem={run.problem} onRebase={onRebase} />;
    case "refused":
      return (
        <Stack gap="xs">
          <Refusal title="The dry run was refused" problem={run.problem} retry={run.retry} />
          {run.problem.code === codes.rollout && (
            <Text size="sm">
              <TextLink to="/rollouts">See the rollout that is on its way</TextLink>
            </Text>
          )}
        </Stack>
      );
    case "known":
      return <Known scope={scope} report={run.report} isOld={run.isOld} />;
    default:
      return never(run);
  }
}

function Known({ scope, report, isOld }: { scope: Scope; report: Report; isOld: boolean }) {
  if (report.problems.length > 0) {
    const n = report.problems.length;
    return (
      <Alert
        color="red"
        variant="light"
        role="status"
        icon={<IconAlertTriangle aria-hidden />}
        title={n === 1 ? "One thing is wrong" : `${count(n)} things are wrong`}
      >
        Nothing of it can be published before each is put right or taken out. See beside the edits.
      </Alert>
    );
  }
  return (
    <Paper withBorder p="sm" aria-busy={isOld} role="status">
      <Stack gap="xs">
        <Group gap="xs">
          <Changes report={report} />
          <Text size="sm">
            {report.events === 1 ? "1 event" : `${count(report.events)} events`}
            {report.sets > 1 && `, stored in ${count(report.sets)} change sets`}, on top of revision{" "}
            {count(report.revision)}
          </Text>
        </Group>
        {scope === "fed" ? <Reach names={report.clusters} /> : <Text size="sm">It is for this cluster only.</Text>}
      </Stack>
    </Paper>
  );
}

function Changes({ report: { deltas } }: { report: Report }) {
  const shown = [
    ["created", "teal"],
    ["changed", "blue"],
    ["removed", "red"],
  ] as const;
  return shown.map(([change, color]) => {
    const n = deltas.filter((d) => d.change === change).length;
    return (
      n > 0 && (
        <Badge key={change} color={color} variant="light" tt="none">
          {count(n)} {change}
        </Badge>
      )
    );
  });
}

/** The clusters that it is for, of those there are. */
function Reach({ names }: { names: readonly string[] }) {
  const [isOpen, list] = useDisclosure();
  const fleet = useFleet();
  const size = fleet.is === "live" || fleet.is === "stale" ? fleet.data.clusters.size : undefined;
  return (
    <div>
      <Group gap="xs">
        <Text size="sm">
          It is for <b>{count(names.length)}</b> of {count(size)} clusters.
        </Text>
        {names.length > 0 && (
          <Button
            size="compact-sm"
            variant="subtle"
            aria-expanded={isOpen}
            onClick={list.toggle}
            rightSection={isOpen ? <IconChevronUp size={14} aria-hidden /> : <IconChevronDown size={14} aria-hidden />}
          >
            {isOpen ? "Hide them" : "Which ones"}
          </Button>
        )}
      </Group>
      <Collapse expanded={isOpen}>{isOpen && <NameCloud names={names} what="clusters" />}</Collapse>
    </div>
  );
}
