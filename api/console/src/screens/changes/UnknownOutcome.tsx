import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { IconHelpCircle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { asProblem } from "../../api.ts";
import type { Draft, Scope } from "../../hooks/draft.ts";
import { useSignIn } from "../../hooks/session.ts";
import { useTarget } from "../../hooks/target.ts";
import { ButtonLink } from "../../ui/links.tsx";
import { Moment } from "../../ui/Moment.tsx";
import { count } from "../../ui/number.ts";
import { Refusal } from "../../ui/Refusal.tsx";
import { readNewer, type Newer, type Since } from "./dryRun.ts";
import { ourChange, type Failure } from "./publish.ts";

interface Props {
  scope: Scope;
  sent: Draft;
  failure: Failure;
  /** It was stored: the draft is not needed any more. */
  onStored: () => void;
  /** It was not, or the user wants to go on with the draft. */
  onGoOn: () => void;
}

/** After a request of unknown outcome: keeps the draft, and finds out by the history what became of it. */
export function UnknownOutcome({ scope, sent, failure, onStored, onGoOn }: Props) {
  const at = useTarget();
  const signIn = useSignIn();
  const user = signIn.is === "in" || signIn.is === "over" ? signIn.session.username : "";
  const actor = at === undefined ? user : `${user}@master`;
  const check = useQuery({
    queryKey: ["revisions", at, "check", scope, sent.base],
    queryFn: ({ signal }) => readNewer(at, scope, sent.base ?? 0, signal),
    enabled: false,
    gcTime: 0,
  });
  return (
    <Alert
      color="orange"
      variant="light"
      role="alert"
      icon={<IconHelpCircle aria-hidden />}
      title={failure.is === "partly" ? "Only a part of it is stored" : "It is not known whether it was stored"}
    >
      <Stack gap="sm">
        <Text size="sm">
          {failure.problem.message} The edits are kept. Publishing them again cannot store them twice: if they were
          stored, the server refuses the second time as made for an older revision.
        </Text>
        {check.data !== undefined && !check.isFetching && (
          <Found newer={check.data} sent={sent} actor={actor} scope={scope} onStored={onStored} />
        )}
        {check.isError && !check.isFetching && (
          <Refusal title="The history could not be read either" problem={asProblem(check.error)} />
        )}
        <Group gap="xs">
          <Button variant="default" size="xs" loading={check.isFetching} onClick={() => void check.refetch()}>
            {check.isFetched ? "Look again" : "Find out"}
          </Button>
          <Button variant="subtle" size="xs" onClick={onGoOn}>
            Go on with the edits
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}

interface FoundProps {
  newer: Newer;
  sent: Draft;
  actor: string;
  scope: Scope;
  onStored: () => void;
}

function Found({ newer, sent, actor, scope, onStored }: FoundProps) {
  const base = sent.base ?? 0;
  const ours =
    scope === "fed" ? ourChange(newer.changes, sent.edits, actor) : newer.changes.find((c) => c.actor === actor);
  if (ours !== undefined) {
    return <Ours change={ours} onStored={onStored} />;
  }
  return (
    <Text size="sm" role="status">
      {verdictOf(newer, base)}
    </Text>
  );
}

/** What is known when no change looks like ours. */
function verdictOf({ newest, changes, isTold }: Newer, base: number): string {
  if (newest <= base) {
    return `Nothing has been recorded since revision ${count(base)}: it was not stored up to now.`;
  }
  if (!isTold) {
    return `The policy has come to revision ${count(newest)}, and who made that is not told here. Go on with the edits: the dry run on the newest revision shows what of them is missing.`;
  }
  return `Of the ${count(changes.length)} changes since revision ${count(base)} none looks like this one: it was not stored up to now.`;
}

function Ours({ change, onStored }: { change: Since; onStored: () => void }) {
  return (
    <Stack gap="xs">
      <Text size="sm" role="status">
        Revision {count(change.revision)}, by you, <Moment at={change.at} ago />, changes the same objects: it was very
        likely stored.
      </Text>
      <Group gap="xs">
        <ButtonLink size="xs" variant="default" to="/history" search={{ revision: String(change.revision) }}>
          See that revision
        </ButtonLink>
        <Button size="xs" onClick={onStored}>
          It was stored: clear the edits
        </Button>
      </Group>
    </Stack>
  );
}
