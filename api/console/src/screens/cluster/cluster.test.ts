import { describe, expect, test } from "vitest";
import type { Wire } from "../../api.ts";
import type { Cluster } from "../../hooks/fleet.ts";
import { newestFirst, olderOf } from "./events.ts";
import { gapsOf, inWords, withBeat, type Pulse } from "./pulse.ts";
import { byState, found, ordered, type ObjectState } from "./rules.ts";

const beat = (at: string, gap_ms: number, behind = 0) => ({ at, gap_ms, behind, clock_offset_ms: 0 });

describe("pulse", () => {
  const pulse: Pulse = { id: "a", beats: [beat("2026-01-01T00:00:00Z", 0), beat("2026-01-01T00:00:02Z", 2_000)] };
  const heard = (last_heartbeat: string | null) =>
    ({ last_heartbeat, desired_revision: 7, applied_revision: 4, clock_offset_ms: 5 }) as Cluster;

  test("a newer heartbeat is added with its gap and lag", () => {
    expect(withBeat(pulse, heard("2026-01-01T00:00:05Z")).beats.at(-1)).toEqual({
      at: "2026-01-01T00:00:05Z",
      gap_ms: 3_000,
      behind: 3,
      clock_offset_ms: 5,
    });
  });

  test("one that is known already, or none, changes nothing", () => {
    expect(withBeat(pulse, heard("2026-01-01T00:00:02.000Z"))).toBe(pulse);
    expect(withBeat(pulse, heard(null))).toBe(pulse);
  });

  test("the gap before the first one is not known", () => {
    expect(gapsOf(pulse.beats)).toEqual([null, 2_000]);
    expect(inWords([])).toBeUndefined();
    expect(inWords(pulse.beats)).toBe("2 heartbeats: 2 s apart as a rule, 2 s at most; never behind.");
  });
});

describe("rules", () => {
  const state = (name: string, more: Partial<ObjectState> = {}): ObjectState => ({
    kind: "network",
    name,
    cluster: "a",
    cluster_name: "a",
    desired_revision: 3,
    applied_revision: 3,
    state: "enforced",
    reason: "",
    since: null,
    ...more,
  });
  const states = [state("100010"), state("100002"), state("x", { state: "failed", reason: "No such group" })];

  test("are counted and sorted by what needs attention", () => {
    expect(byState(states)).toEqual([
      ["failed", 1],
      ["enforced", 2],
    ]);
    expect(ordered(states, { by: "state", isDown: false }).map((s) => s.name)).toEqual(["x", "100010", "100002"]);
    expect(ordered(states, { by: "name", isDown: false }).map((s) => s.name)).toEqual(["100002", "100010", "x"]);
  });

  test("are found by words and state", () => {
    expect(found(states, "network GROUP", new Set()).map((s) => s.name)).toEqual(["x"]);
    expect(found(states, "", new Set(["enforced"]))).toHaveLength(2);
  });
});

test("older events come where the server says, until it says nothing", () => {
  expect(olderOf({ events: [], next: "c2" })).toBe("c2");
  expect(olderOf({ events: [], next: "" })).toBeUndefined();
});

test("pages are oldest first; an event at their border is there once", () => {
  const events = (...cursors: string[]) =>
    ({ events: cursors.map((cursor) => ({ cursor })), next: "" }) as Wire["Events"];
  const pages = [events("c3", "c4"), events("c1", "c2", "c3")];
  expect(newestFirst(pages).map((e) => e.cursor)).toEqual(["c4", "c3", "c2", "c1"]);
});
