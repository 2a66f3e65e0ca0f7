import { ActionIcon, Alert, Badge, Button, Group, Loader, Stack, Text, Title, Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconX } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import type { Draft, DraftEdit } from "../../hooks/draft.ts";
import { isProvisional } from "../../hooks/draftWire.ts";
import { lineOf } from "../../parts/delta.ts";
import { ChangeBadge, DeltaList, DeltaView } from "../../parts/DeltaView.tsx";
import { kindName, kinds } from "../../parts/kinds.ts";
import { count } from "../../ui/number.ts";
import classes from "./Edits.module.css";
import type { DryRun } from "./dryRun.ts";
import { byKind, judge, type JudgedEdit } from "./match.ts";

type Drop = (kind: string, name: string) => void;

interface Props {
  draft: Draft;
  run: DryRun;
  onDrop: Drop;
}

/** The edits by kind, each with what becomes of its object and what is wrong with it. */
export function Edits({ draft, run, onDrop }: Props) {
  const judged = useMemo(() => judgeAll(draft, run), [draft, run]);
  const isKnown = run.is === "known";
  const hasProblems = isKnown && run.report.problems.length > 0;
  return (
    <Stack gap="lg">
      {judged.problems.map((text) => (
        <ProblemText key={text} text={text} />
      ))}
      {byKind(judged.edits).map(([kind, list]) => (
        <OneKind key={kind} kind={kind} edits={list} isDecided={isKnown && !hasProblems} run={run} onDrop={onDrop} />
      ))}
      {judged.others.length > 0 && (
        <Stack gap="xs" component="section">
          <Title order={2} size="h4">
            What follows from it ({count(judged.others.length)})
          </Title>
          <DeltaList deltas={judged.others} />
        </Stack>
      )}
    </Stack>
  );
}

/** An answer that is about older edits still says what it says about those that are left. */
function judgeAll(draft: Draft, run: DryRun) {
  if (run.is !== "known" || run.edits === draft.edits) {
    return judge(draft.edits, run.is === "known" ? run.report : undefined);
  }
  const old = new Map(judge(run.edits, run.report).edits.map((e) => [e.edit, e]));
  const edits = draft.edits.map((edit) => old.get(edit) ?? { edit, delta: undefined, problems: [] });
  return { edits, others: [], problems: [] };
}

/** So many are drawn at once. */
const atOnce = 50;

interface OneKindProps {
  kind: string;
  edits: readonly JudgedEdit[];
  isDecided: boolean;
  run: DryRun;
  onDrop: Drop;
}

function OneKind({ kind, edits, isDecided, run, onDrop }: OneKindProps) {
  const [shown, setShown] = useState(atOnce);
  const wrong = edits.filter((e) => e.problems.length > 0).length;
  const plural = kinds.find((k) => k.kind === kind)?.plural ?? capital(kindName(kind));
  return (
    <Stack gap="xs" component="section" aria-label={plural}>
      <Group gap="xs">
        <Title order={2} size="h4">
          {plural}
        </Title>
        <Badge variant="default" tt="none">
          {edits.length === 1 ? "1 edit" : `${count(edits.length)} edits`}
        </Badge>
        {wrong > 0 && (
          <Badge color="red" variant="light" tt="none" leftSection={<IconAlertTriangle size={12} aria-hidden />}>
            {count(wrong)} wrong
          </Badge>
        )}
      </Group>
      {edits.slice(0, shown).map((one) => (
        <OneEdit key={one.edit.name} one={one} isDecided={isDecided} isWorking={run.is === "working"} onDrop={onDrop} />
      ))}
      {edits.length > shown && (
        <Button variant="default" onClick={() => setShown(shown + 4 * atOnce)}>
          Show more: {count(edits.length - shown)} of {count(edits.length)} are not shown
        </Button>
      )}
    </Stack>
  );
}

interface OneEditProps {
  one: JudgedEdit;
  isDecided: boolean;
  isWorking: boolean;
  onDrop: Drop;
}

function OneEdit({ one: { edit, delta, problems }, isDecided, isWorking, onDrop }: OneEditProps) {
  const what = `${kindName(edit.kind)} ${nameOf(edit)}`;
  const drop = (
    <Tooltip label="Take this edit out">
      <ActionIcon
        variant="subtle"
        color="gray"
        size={28}
        aria-label={`Take ${what} out of the change set`}
        onClick={() => onDrop(edit.kind, edit.name)}
      >
        <IconX size={16} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
  return (
    <div>
      {delta !== undefined ? (
        <DeltaView delta={delta} actions={drop} />
      ) : (
        <div className={classes.edit}>
          <Group justify="space-between" gap="xs" wrap="nowrap">
            <Group gap="xs" miw={0}>
              <ChangeBadge change={wishOf(edit)} />
              <Text size="sm" fw={600} className={classes.name ?? ""}>
                {nameOf(edit)}
              </Text>
              {isWorking && <Loader size={14} aria-label="What becomes of it is being worked out" />}
            </Group>
            {drop}
          </Group>
          <Text size="sm" className={classes.wish ?? ""}>
            {isDecided ? "Nothing changes: it is so already." : edit.op === "delete" ? "" : lineOf(edit.object)}
          </Text>
        </div>
      )}
      {problems.map((text) => (
        <ProblemText key={text} text={text} />
      ))}
    </div>
  );
}

function ProblemText({ text }: { text: string }) {
  return (
    <Alert color="red" variant="light" p="xs" mt={4} icon={<IconAlertTriangle aria-hidden />} role="note" title={null}>
      {text}
    </Alert>
  );
}

function wishOf({ op, isNew }: DraftEdit): string {
  return op === "delete" ? "removed" : isNew ? "created" : "changed";
}

function nameOf({ name }: DraftEdit): string {
  return isProvisional(name) ? name.replace("new-", "new ") : name;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
