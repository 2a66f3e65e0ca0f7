import { Button, Group, Stack, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useCallback, useMemo } from "react";
import { asProblem } from "../../../api.ts";
import { useFleet } from "../../../hooks/fleet.ts";
import { useView } from "../../../hooks/view.ts";
import { count } from "../../../ui/number.ts";
import { Refusal } from "../../../ui/Refusal.tsx";
import { Empty, Loading, Stale } from "../../../ui/Screen.tsx";
import { download } from "../download.ts";
import classes from "../history.module.css";
import { OlderButton } from "../OlderButton.tsx";
import type { Search } from "../search.ts";
import { EventFilters } from "./EventFilters.tsx";
import { EventLine } from "./EventLine.tsx";
import { filterOf, jsonLines, keyOf, merged, type Event, type EventFilter } from "./filter.ts";
import { useEventPages, useFresh } from "./useEvents.ts";

interface Props {
  search: Search;
  onSearch: (change: Search) => void;
}

/** All that was recorded, newest first, as it happens. */
export function Events({ search, onSearch }: Props) {
  const filter = filterOf(search);
  const fleet = useFleet();
  const clusters = "data" in fleet ? fleet.data.clusters : undefined;
  const names = useMemo(() => [...(clusters?.values() ?? [])].map((c) => c.name), [clusters]);
  return (
    <Stack gap="sm">
      <EventFilters filter={filter} onFilter={(change) => onSearch({ tab: "events", ...change })} clusters={names} />
      <EventList key={JSON.stringify(filter)} filter={filter} />
    </Stack>
  );
}

function EventList({ filter }: { filter: EventFilter }) {
  const query = useEventPages(filter);
  const fresh = useFresh(filter);
  const fleet = useFleet();
  const clusters = "data" in fleet ? fleet.data.clusters : undefined;
  // Only names are asked for: heartbeats must not draw every line anew.
  const names = JSON.stringify([...(clusters?.values() ?? [])].map(({ id, name }) => [id, name]));
  const byId = useMemo(() => new Map<string, string>(JSON.parse(names) as [string, string][]), [names]);
  const nameOf = useCallback((id: string) => byId.get(id), [byId]);
  const { data } = query;
  const events = useMemo(
    () => merged(fresh.events, data?.pages.flatMap((page) => page.events) ?? []),
    [fresh.events, data],
  );
  const view = useView(query);
  if (data === undefined) {
    return query.isError ? (
      <Refusal title="Could not read the events" problem={asProblem(query.error)} retry={() => void query.refetch()} />
    ) : (
      <Loading what="the events" />
    );
  }
  return (
    <Stack gap="xs">
      {view.is === "stale" && <Stale since={view.since} />}
      <Head events={events} isAll={!query.hasNextPage} />
      {fresh.waiting.length > 0 && (
        <Button className={classes.news ?? ""} size="xs" mx="auto" onClick={fresh.release}>
          {count(fresh.waiting.length)} new
        </Button>
      )}
      {events.length === 0 && !query.hasNextPage && <Empty title="Nothing was recorded that fits the filters." />}
      <ol className={classes.list} aria-label="Events, newest first">
        {events.map((event) => (
          <EventLine key={keyOf(event)} event={event} nameOf={nameOf} />
        ))}
      </ol>
      {(events.length > 0 || query.hasNextPage) && (
        <OlderButton query={query} end={`The first of ${count(events.length)} events is above.`} />
      )}
    </Stack>
  );
}

function Head({ events, isAll }: { events: readonly Event[]; isAll: boolean }) {
  return (
    <Group justify="space-between" gap="xs">
      <Text size="sm" role="status">
        {count(events.length)} {events.length === 1 ? "event" : "events"}
        {isAll ? "" : " are read; there may be older ones"}
      </Text>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconDownload size={16} aria-hidden />}
        {...(events.length === 0 ? { "data-disabled": true, "aria-disabled": true } : {})}
        onClick={() => {
          if (events.length > 0) {
            download(jsonLines(events), "fedhub-events.jsonl", "application/jsonl");
          }
        }}
      >
        Save the shown events
      </Button>
    </Group>
  );
}
