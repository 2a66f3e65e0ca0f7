import { expect, it } from "vitest";
import { withSpread, type Spread } from "./spread.ts";

const spread = (revision: number, reached = 0): Spread => ({
  revision,
  first: revision,
  objects: [],
  events: 1,
  actor: "admin",
  at: "2026-11-22T12:00:00Z",
  reached,
  of: 3,
  took_ms: 0,
  done: false,
});

it("keeps the newest first, one of each revision", () => {
  const list = [spread(4), spread(9, 1), spread(9, 2), spread(7)].reduce<readonly Spread[]>(withSpread, []);
  expect(list.map((s) => [s.revision, s.reached])).toEqual([
    [9, 2],
    [7, 0],
    [4, 0],
  ]);
});

it("forgets the oldest", () => {
  const list = Array.from({ length: 30 }, (_, i) => spread(i + 1)).reduce<readonly Spread[]>(withSpread, []);
  expect(list).toHaveLength(20);
  expect(list.at(-1)?.revision).toBe(11);
});
