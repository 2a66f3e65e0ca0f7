import type { Wire } from "../../../api.ts";
import type { Search } from "../search.ts";
import { aboutOf } from "./about.ts";

export type Event = Wire["Event"];

/** What of the events is shown. */
export type EventFilter = Pick<Search, "kind" | "name" | "cluster" | "actor" | "command" | "from" | "until">;

/** The filter of a search, without what does not filter events. */
export function filterOf({ kind, name, cluster, actor, command, from, until }: Search): EventFilter {
  return { kind, name, cluster, actor, command, from, until };
}

/** The filter as the parameters of a request; times that are none are left out. */
export function queryOf(filter: EventFilter): Record<string, string> {
  const query: Record<string, string> = {};
  for (const [name, value] of Object.entries(filter)) {
    const isTime = name === "from" || name === "until";
    if (value !== undefined && value !== "" && !(isTime && Number.isNaN(Date.parse(value)))) {
      query[name] = isTime ? new Date(value).toISOString() : value;
    }
  }
  return query;
}

/** Whether an event that comes now passes a filter. Clusters are known by id; nameOf tells what one is called. */
export function passes(event: Event, filter: EventFilter, nameOf: (id: string) => string | undefined): boolean {
  const { kind, name, cluster, actor, command, from, until } = filter;
  const about = aboutOf(event);
  const time = Date.parse(event.time);
  return (
    (kind === undefined || (kind.endsWith(".") ? event.kind.startsWith(kind) : event.kind === kind)) &&
    (name === undefined || (about.is === "object" && about.name === name)) &&
    (cluster === undefined || (about.is === "cluster" && (about.id === cluster || nameOf(about.id) === cluster))) &&
    (actor === undefined || event.actor === actor) &&
    (command === undefined || event.command === command) &&
    (from === undefined || !(time < Date.parse(from))) &&
    (until === undefined || !(time >= Date.parse(until)))
  );
}

/** Events that are new with those that were read, newest first and each once. */
export function merged(fresh: readonly Event[], read: readonly Event[]): readonly Event[] {
  const known = new Set(read.map(keyOf));
  const newer = fresh.filter((event) => !known.has(keyOf(event)));
  return newer.length === 0 ? read : [...newer, ...read];
}

/** What tells one event from another. */
export function keyOf({ log, revision, id }: Event): string {
  return `${log}/${revision}/${id}`;
}

/** Events as lines of JSON, the oldest first, as in a log. */
export function jsonLines(events: readonly Event[]): string {
  return events
    .toReversed()
    .map((event) => `${JSON.stringify(event)}\n`)
    .join("");
}
