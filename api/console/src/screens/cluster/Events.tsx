import { Button, Stack, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { api, asProblem, ask, type Wire } from "../../api.ts";
import type { Cluster } from "../../hooks/fleet.ts";
import { useFeed } from "../../hooks/feed.ts";
import { TextLink } from "../../ui/links.tsx";
import { Moment } from "../../ui/Moment.tsx";
import { count } from "../../ui/number.ts";
import { RawData } from "../../ui/RawData.tsx";
import { Refusal } from "../../ui/Refusal.tsx";
import { Empty, Loading, Stale } from "../../ui/Screen.tsx";
import { newestFirst, olderOf } from "./events.ts";
import classes from "./cluster.module.css";

type Event = Wire["Event"];

const pageSize = 50;

/** What was recorded about a cluster, newest first. */
export function Events({ cluster: { id } }: { cluster: Cluster }) {
  const feed = useFeed();
  const query = useInfiniteQuery({
    queryKey: ["events", undefined, "cluster", id],
    queryFn: ({ pageParam, signal }) => {
      const query = { cluster: id, limit: pageSize, before: pageParam };
      return ask(api().GET("/v1/fed/events", { params: { query }, signal }));
    },
    initialPageParam: "", // before the end: the newest ones
    getNextPageParam: olderOf,
  });
  if (query.data === undefined) {
    return query.isError ? (
      <Refusal title="Could not read the events" problem={asProblem(query.error)} retry={() => void query.refetch()} />
    ) : (
      <Loading what="the events" />
    );
  }
  const events = newestFirst(query.data.pages);
  return (
    <Stack gap="sm">
      {feed.is === "stale" && <Stale since={feed.since} />}
      {events.length === 0 && !query.hasNextPage && (
        <Empty title="Nothing was recorded about this cluster.">What happens to it will be here.</Empty>
      )}
      <ol className={classes.events} aria-label="Events, newest first">
        {events.map((event) => (
          <EventLine key={event.cursor} event={event} />
        ))}
      </ol>
      {query.isError && <Refusal problem={asProblem(query.error)} retry={() => void query.fetchNextPage()} />}
      {query.hasNextPage ? (
        <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Older
        </Button>
      ) : (
        events.length > 0 && (
          <Text size="sm" ta="center">
            {events.length === 1 ? "That is its only event." : `Those are all ${count(events.length)} events.`}{" "}
            <TextLink to="/history" search={{ cluster: id }} inherit>
              See them in the history
            </TextLink>
          </Text>
        )
      )}
    </Stack>
  );
}

function EventLine({ event }: { event: Event }) {
  return (
    <li className={classes.event}>
      <details>
        <summary>
          <span>{event.kind}</span>
          <span>by {event.actor === "" ? "fedhub itself" : event.actor}</span>
          {event.revision > 0 && (
            <span>
              {event.log} {count(event.revision)}
            </span>
          )}
          <Moment at={event.time} />
        </summary>
        <RawData value={event.data} label={`What ${event.kind} says`} />
      </details>
    </li>
  );
}
