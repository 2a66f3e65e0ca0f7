import type { Wire } from "../../api.ts";

/** Where older events are, seen from a page; undefined when there are none. */
export function olderOf({ next }: Wire["Events"]): string | undefined {
  return next === "" ? undefined : next;
}

/** The events of the pages, newest first. Pages may overlap by the event at their border, which is there once. */
export function newestFirst(pages: readonly Wire["Events"][]): Wire["Event"][] {
  const byCursor = new Map(pages.flatMap((page) => page.events.toReversed()).map((event) => [event.cursor, event]));
  return [...byCursor.values()];
}
