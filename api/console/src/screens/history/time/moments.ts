import type { ChangeSet } from "../changes/useChangeSets.ts";
import { readRevision } from "../search.ts";

/** When the policy is looked at: by a revision, at a time, or as it is now. */
export type Moment = { is: "revision"; revision: number } | { is: "time"; at: string } | { is: "now" };

/** Reads a moment from the URL. */
export function readMoment(text: string | undefined): Moment {
  const revision = readRevision(text);
  if (revision !== undefined) {
    return { is: "revision", revision };
  }
  const time = text === undefined ? NaN : Date.parse(text);
  return Number.isNaN(time) ? { is: "now" } : { is: "time", at: new Date(time).toISOString() };
}

/** Writes a moment for the URL, and for the parameters of a diff; undefined for now. */
export function writeMoment(moment: Moment): string | undefined {
  return moment.is === "revision" ? String(moment.revision) : moment.is === "time" ? moment.at : undefined;
}

/** A change set on the line of time. */
export interface Tick {
  revision: number;
  first: number;
  /** In milliseconds since 1970. */
  time: number;
  actor: string;
}

/** The change sets in the order of time. */
export function ticksOf(sets: readonly Pick<ChangeSet, "revision" | "first" | "at" | "actor">[]): readonly Tick[] {
  return sets
    .map(({ revision, first, at, actor }) => ({ revision, first, time: Date.parse(at), actor }))
    .sort((a, b) => a.revision - b.revision);
}

/** The place among the ticks of the newest change set at a moment; -1 before the first. */
export function indexAt(ticks: readonly Tick[], moment: Moment): number {
  switch (moment.is) {
    case "now":
      return ticks.length - 1;
    case "revision":
      return ticks.findLastIndex((t) => t.first <= moment.revision);
    case "time": {
      const time = Date.parse(moment.at);
      return ticks.findLastIndex((t) => t.time <= time);
    }
  }
}

/** Where a moment is on the line of time, whose end is now, in milliseconds since 1970. */
export function timeAt(ticks: readonly Tick[], moment: Moment, now: number): number {
  switch (moment.is) {
    case "now":
      return now;
    case "time":
      return Date.parse(moment.at);
    case "revision": {
      const tick = ticks[indexAt(ticks, moment)] ?? ticks[0];
      return tick?.time ?? now;
    }
  }
}

/** The moment of the change set that is so many steps from a moment; past the newest it is now. */
export function stepped(ticks: readonly Tick[], moment: Moment, steps: number): Moment {
  const from = indexAt(ticks, moment);
  // From between two change sets, the first step back leads to the one before.
  const isBetween = moment.is === "time" && ticks[from]?.time !== Date.parse(moment.at);
  const isPast = moment.is === "now" && steps < 0;
  const to = from + steps + ((isBetween && steps < 0) || isPast ? 1 : 0);
  const tick = ticks[Math.max(0, to)];
  return to >= ticks.length || tick === undefined ? { is: "now" } : { is: "revision", revision: tick.revision };
}

/** The moment at a share of the line from 0 to 1: that of a change set that is near, and a time otherwise. */
export function momentAt(ticks: readonly Tick[], share: number, end: number, near: number): Moment {
  const start = ticks[0]?.time ?? end;
  if (share >= 1) {
    return { is: "now" };
  }
  const time = start + Math.max(0, share) * (end - start);
  let best: Tick | undefined;
  for (const tick of ticks) {
    const isNearer = best === undefined || Math.abs(tick.time - time) <= Math.abs(best.time - time);
    best = isNearer ? tick : best;
  }
  if (best !== undefined && Math.abs(best.time - time) <= near * (end - start)) {
    return { is: "revision", revision: best.revision };
  }
  return { is: "time", at: new Date(time).toISOString() };
}

/** Two moments in the order of time; what is not known of revisions that are not on the line is told by their numbers. */
export function inOrder(ticks: readonly Tick[], a: Moment, b: Moment): { from: Moment; to: Moment } {
  const isAfter =
    a.is === "revision" && b.is === "revision"
      ? a.revision > b.revision
      : timeAt(ticks, a, Infinity) > timeAt(ticks, b, Infinity);
  return isAfter ? { from: b, to: a } : { from: a, to: b };
}

/** The places of the ticks on a line so many pixels long, in shares of it, each pixel once. */
export function marks(ticks: readonly Tick[], end: number, pixels: number): readonly number[] {
  const start = ticks[0]?.time ?? end;
  const length = Math.max(1, end - start);
  const places = new Set(ticks.map((t) => Math.round(((t.time - start) / length) * pixels)));
  return [...places].map((place) => place / pixels);
}
