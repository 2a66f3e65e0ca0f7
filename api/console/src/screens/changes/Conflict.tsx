import { Alert, Badge, Button, Group, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconGitMerge } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { api, ask, type Problem } from "../../api.ts";
import type { Draft, Scope } from "../../hooks/draft.ts";
import { useView } from "../../hooks/view.ts";
import { DeltaList } from "../../parts/DeltaView.tsx";
import { kindName } from "../../parts/kinds.ts";
import { Moment } from "../../ui/Moment.tsx";
import { count } from "../../ui/number.ts";
import { Shown } from "../../ui/Screen.tsx";
import classes from "./Edits.module.css";
import { useNewer, type Since } from "./dryRun.ts";

/** Yellow on yellow cannot be read. */
const inText = { title: { color: "var(--mantine-color-text)" } };

interface Props {
  scope: Scope;
  draft: Draft;
  problem: Problem;
  onRebase: (revision: number) => void;
}

/** Says who has changed the policy since the first edit, and lets the edits be put on top of that. */
export function Conflict({ scope, draft, problem, onRebase }: Props) {
  const base = draft.base ?? 0;
  const newer = useView(useNewer(scope, base));
  return (
    <Alert
      color="yellow"
      variant="light"
      role="alert"
      icon={<IconGitMerge aria-hidden />}
      title="The policy has changed since these edits were begun"
      styles={inText}
    >
      <Stack gap="sm">
        <Text size="sm">
          They were made for revision {count(base)}. Nothing is published on top of what nobody has looked at. The
          server says: {problem.message.replace(/\.$/, "")}.
        </Text>
        <Shown view={newer} what="what has changed since">
          {({ newest, changes, isMore, isTold }) => (
            <>
              {isTold ? (
                <Changes changes={changes} draft={draft} scope={scope} />
              ) : (
                <Text size="sm">A master does not tell who changed its own local policy.</Text>
              )}
              {isMore && <Text size="sm">There are more; the history has them all.</Text>}
              <Group>
                <Button onClick={() => onRebase(newest)}>Look at it again on revision {count(newest)}</Button>
              </Group>
              <Text size="sm">
                That publishes nothing. It works out anew what your edits would change, with what is now in force as
                “before”; where both changed the same object, yours takes the place of the other.
              </Text>
            </>
          )}
        </Shown>
      </Stack>
    </Alert>
  );
}

/** Whether a change is about something that the draft edits, too. */
function sharedBy(change: Since, draft: Draft): string[] {
  const ours = new Set(draft.edits.map((e) => `${e.kind}/${e.name}`));
  return change.objects.filter((o) => ours.has(`${o.kind}/${o.name}`)).map((o) => `${kindName(o.kind)} ${o.name}`);
}

function Changes({ changes, draft, scope }: { changes: readonly Since[]; draft: Draft; scope: Scope }) {
  if (changes.length === 0) {
    return <Text size="sm">Nothing of it is in the newest part of the history.</Text>;
  }
  return (
    <Stack gap="xs" component="ul" m={0} p={0} style={{ listStyle: "none" }}>
      {changes.map((change) => (
        <li key={change.revision}>
          <Change change={change} shared={sharedBy(change, draft)} hasDeltas={scope === "fed"} />
        </li>
      ))}
    </Stack>
  );
}

/** So many of the objects of a change are named. */
const mostNamed = 4;

function Change({ change, shared, hasDeltas }: { change: Since; shared: string[]; hasDeltas: boolean }) {
  const [isOpen, details] = useDisclosure();
  const named = change.objects.slice(0, mostNamed).map((o) => `${kindName(o.kind)} ${o.name}`.trimEnd());
  const more = change.events - named.length;
  return (
    <Stack gap={4}>
      <Group gap="xs">
        <Text size="sm">
          <b>Revision {count(change.revision)}</b> by <b>{change.actor}</b>, <Moment at={change.at} ago />:{" "}
          {named.join(", ")}
          {named.length > 0 && more > 0 && ` and ${count(more)} more`}
        </Text>
        {hasDeltas && (
          <Button size="compact-sm" variant="subtle" aria-expanded={isOpen} onClick={details.toggle}>
            {isOpen ? "Hide" : "What it changed"}
          </Button>
        )}
      </Group>
      {shared.length > 0 && (
        <Badge color="orange" variant="light" tt="none">
          you edit {shared.slice(0, mostNamed).join(", ")}, too
        </Badge>
      )}
      {isOpen && <Deltas revision={change.revision} />}
    </Stack>
  );
}

function Deltas({ revision }: { revision: number }) {
  const view = useView(
    useQuery({
      queryKey: ["revisions", undefined, revision],
      queryFn: ({ signal }) =>
        ask(api().GET("/v1/fed/revision/{revision}", { params: { path: { revision } }, signal })),
      staleTime: Infinity,
    }),
  );
  return (
    <Shown view={view} what="what it changed">
      {({ deltas }) => (
        <div className={classes.theirs} tabIndex={0} role="region" aria-label={`What revision ${revision} changed`}>
          <DeltaList deltas={deltas} />
        </div>
      )}
    </Shown>
  );
}
