import { Badge, CloseButton, Group, Paper, Stack, Title } from "@mantine/core";
import { useEffect, useRef } from "react";
import { asProblem } from "../../../api.ts";
import { useView } from "../../../hooks/view.ts";
import { Moment } from "../../../ui/Moment.tsx";
import { count } from "../../../ui/number.ts";
import { Empty, Loading, Stale } from "../../../ui/Screen.tsx";
import { Unreadable } from "../AtMaster.tsx";
import { Expander } from "../Expander.tsx";
import classes from "../history.module.css";
import { OlderButton } from "../OlderButton.tsx";
import { readRevision, type Search } from "../search.ts";
import { Detail } from "./Detail.tsx";
import { revisionText, useChangeSets, type ChangeSet } from "./useChangeSets.ts";
import { objectsOf, summaryOf } from "./words.ts";

interface Props {
  search: Search;
  onSearch: (change: Search) => void;
}

/** The change sets of the federated policy, newest first. */
export function ChangeSets({ search, onSearch }: Props) {
  const query = useChangeSets();
  const view = useView(query);
  const open = readRevision(search.revision);
  const { data } = query;
  if (data === undefined) {
    return query.isError ? (
      <Unreadable problem={asProblem(query.error)} what="the change sets" retry={() => void query.refetch()} />
    ) : (
      <Loading what="the change sets" />
    );
  }
  const sets = data.pages.flatMap((page) => page.revisions);
  const isListed = open !== undefined && sets.some((set) => holds(set, open));
  const toggle = (set: ChangeSet) => {
    const isOpen = open !== undefined && holds(set, open);
    onSearch({ tab: "changes", revision: isOpen ? undefined : String(set.revision) });
  };
  return (
    <Stack gap="sm">
      {view.is === "stale" && <Stale since={view.since} />}
      {open !== undefined && !isListed && (
        <Alone revision={open} onClose={() => onSearch({ tab: "changes", revision: undefined })} />
      )}
      {sets.length === 0 && (
        <Empty title="There is no federated policy yet.">Each change set that is published will be here.</Empty>
      )}
      <ol className={classes.list} aria-label="Change sets, newest first">
        {sets.map((set) => (
          <Line
            key={set.revision}
            set={set}
            isOpen={open !== undefined && holds(set, open)}
            onToggle={() => toggle(set)}
          />
        ))}
      </ol>
      {sets.length > 0 && (
        <OlderButton
          query={query}
          end={sets.length === 1 ? "It is the only change set." : `These are all ${count(sets.length)} change sets.`}
        />
      )}
    </Stack>
  );
}

function holds({ first, revision }: ChangeSet, wanted: number): boolean {
  return first <= wanted && wanted <= revision;
}

interface LineProps {
  set: ChangeSet;
  isOpen: boolean;
  onToggle: () => void;
}

function Line({ set, isOpen, onToggle }: LineProps) {
  const item = useRef<HTMLLIElement>(null);
  const wasOpen = useRef(isOpen);
  useEffect(() => {
    if (wasOpen.current) {
      item.current?.scrollIntoView({ block: "nearest" }); // somebody followed a link to it
    }
  }, []);
  const line = (
    <>
      <span className={classes.number}>{revisionText(set)}</span>
      <span>{summaryOf(set)}</span>
      <span className={classes.about}>{objectsOf(set)}</span>
      {set.rollout !== "" && (
        <Badge size="sm" variant="light" tt="none">
          rollout
        </Badge>
      )}
      <span>by {set.actor}</span>
      <Moment at={set.at} className={classes.when ?? ""} />
    </>
  );
  return (
    <li ref={item}>
      <Expander isOpen={isOpen} onToggle={onToggle} line={line}>
        <Detail revision={set.revision} />
      </Expander>
    </li>
  );
}

/** A change set that is not among those that are listed yet. */
function Alone({ revision, onClose }: { revision: number; onClose: () => void }) {
  return (
    <Paper withBorder p="sm" component="section">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          The change set of revision {count(revision)}
        </Title>
        <CloseButton aria-label="Close" onClick={onClose} />
      </Group>
      <Detail revision={revision} />
    </Paper>
  );
}
