import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask, type Target } from "../../../api.ts";
import { useMessage } from "../../../hooks/feed.ts";
import { useFleet } from "../../../hooks/fleet.ts";
import { useTarget } from "../../../hooks/target.ts";
import { merged, passes, queryOf, type Event, type EventFilter } from "./filter.ts";

const pageSize = 100;
/** A filtered page may be empty and still not be the end: so many are read at once, then a button goes on. */
const mostSteps = 5;

interface Page {
  /** Newest first. */
  events: readonly Event[];
  /** Where to go on; "" at the end. */
  next: string;
}

async function readPage(at: Target, filter: EventFilter, before: string, signal: AbortSignal): Promise<Page> {
  const events: Event[] = [];
  let next = before;
  for (let step = 0; step < mostSteps; step++) {
    const query = { ...queryOf(filter), before: next, limit: pageSize };
    const page = await ask(api(at).GET("/v1/fed/events", { params: { query }, signal }));
    events.push(...page.events.toReversed());
    next = page.next;
    if (next === "" || events.length >= pageSize / 2) {
      break;
    }
  }
  return { events, next };
}

/**
 * The events that pass a filter, newest first, page by page. They are read once: what comes is told by the feed, and
 * after a break of the feed all is read anew. At a remote that the feed is not of, the newest page is asked for again.
 */
export function useEventPages(filter: EventFilter) {
  const at = useTarget();
  return useInfiniteQuery({
    queryKey: ["log", at, filter],
    queryFn: ({ pageParam, signal }) => readPage(at, filter, pageParam, signal),
    initialPageParam: "",
    getNextPageParam: ({ next }) => (next === "" ? undefined : next),
    refetchInterval: ({ state }) => (at !== undefined && (state.data?.pages.length ?? 0) <= 1 ? 5_000 : false),
    gcTime: 0, // what came since would be missing
  });
}

/** So many that came are kept. */
const mostFresh = 1_000;
/** From so many pixels on the page counts as scrolled down: what comes then waits, so that nothing moves. */
const scrolledDown = 240;

interface Fresh {
  /** What came and is shown, newest first. */
  events: readonly Event[];
  /** What came and waits. */
  waiting: readonly Event[];
}

/** The events that come while the list is open and pass the filter. */
export function useFresh(filter: EventFilter): Fresh & { release: () => void } {
  const at = useTarget();
  const fleet = useFleet();
  const clusters = "data" in fleet ? fleet.data.clusters : undefined;
  const [fresh, setFresh] = useState<Fresh>({ events: [], waiting: [] });
  useMessage("event", (event) => {
    if (at !== undefined || !passes(event, filter, (id) => clusters?.get(id)?.name)) {
      return;
    }
    const isDown = window.scrollY > scrolledDown;
    setFresh(({ events, waiting }) =>
      isDown
        ? { events, waiting: merged([event], waiting).slice(0, mostFresh) }
        : { events: merged([event], merged(waiting, events)).slice(0, mostFresh), waiting: [] },
    );
  });
  const release = () => {
    setFresh(({ events, waiting }) => ({ events: merged(waiting, events), waiting: [] }));
    window.scrollTo({ top: 0 });
  };
  return { ...fresh, release };
}
