import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Gatherer, gatherMs } from "./gather.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("passes the first names on at once, and many more as one", () => {
  const passed: string[][] = [];
  const gatherer = new Gatherer((names) => passed.push([...names].sort()));
  gatherer.add(["events", "status"]);
  expect(passed).toEqual([["events", "status"]]);
  for (let i = 0; i < 10_000; i++) {
    gatherer.add(["matrix", "status"]);
  }
  expect(passed).toHaveLength(1);
  vi.advanceTimersByTime(gatherMs);
  expect(passed.slice(1)).toEqual([["matrix", "status"]]);
  vi.advanceTimersByTime(gatherMs);
  gatherer.add(["policy"]);
  expect(passed.slice(2)).toEqual([["policy"]]);
});

it("passes nothing on when it is stopped", () => {
  const pass = vi.fn();
  const gatherer = new Gatherer(pass);
  gatherer.add(["a"]);
  gatherer.add(["b"]);
  gatherer.stop();
  vi.advanceTimersByTime(10 * gatherMs);
  expect(pass).toHaveBeenCalledOnce();
});
