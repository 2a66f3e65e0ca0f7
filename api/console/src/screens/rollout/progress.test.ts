import { describe, expect, it } from "vitest";
import type { Wire } from "../../api.ts";
import { clock, look, momentOf, rowsOf, soakLeft, stateOf, tally } from "./progress.ts";

const cluster = (name: string, fields: Partial<Wire["WaveCluster"]> = {}): Wire["WaveCluster"] => ({
  id: name,
  name,
  status: "synced",
  reached: true,
  well: false,
  absent: false,
  wrong: "",
  ...fields,
});
const rollout = (fields: Partial<Wire["Rollout"]>, ...waves: Wire["WaveCluster"][][]): Wire["Rollout"] => ({
  id: "r1",
  comment: "",
  status: "running",
  reason: "",
  manual: false,
  waves: waves.map((clusters) => ({ selector: "", percent: 0, soak_seconds: 60, clusters })),
  open: 1,
  opened_at: "2026-11-22T12:00:00Z",
  objects: 2,
  base: 10,
  started_by: "admin",
  started_at: "2026-11-22T12:00:00Z",
  ended_at: null,
  ...fields,
});

it("has one word for each cluster", () => {
  expect(stateOf(cluster("a", { well: true }))).toBe("well");
  expect(stateOf(cluster("a", { absent: true }))).toBe("absent");
  expect(stateOf(cluster("a"))).toBe("waits");
  expect(stateOf(cluster("a", { reached: false }))).toBe("ahead");
  expect(stateOf(cluster("a", { wrong: "disk" }))).toBe("wrong");
  expect(tally(rowsOf([cluster("a"), cluster("b", { well: true })], 13, undefined))).toEqual({
    wrong: 0,
    waits: 1,
    absent: 0,
    well: 1,
    ahead: 0,
  });
});

describe("momentOf", () => {
  const well = cluster("a", { well: true });
  const later = cluster("z", { reached: false });
  it.each([
    ["the end", rollout({ status: "completed" }, [well]), { is: "ended" }],
    ["a pause", rollout({ status: "paused", reason: "disk" }, [well]), { is: "paused", reason: "disk" }],
    [
      "what is wrong first",
      rollout({}, [cluster("b"), cluster("c", { wrong: "disk" })]),
      { is: "wrong", names: ["c"] },
    ],
    ["whom it waits for", rollout({}, [well, cluster("b")], [later]), { is: "waiting", names: ["b"] }],
    ["the soak time", rollout({}, [well, cluster("b", { absent: true })], [later]), { is: "soaking", seconds: 60 }],
    ["an approval", rollout({ manual: true }, [well], [later]), { is: "asking" }],
    [
      "the last wave, which needs none",
      rollout({ manual: true, open: 2 }, [well], [well]),
      { is: "soaking", seconds: 60 },
    ],
  ])("tells %s", (_, given, want) => {
    expect(momentOf(given)).toEqual(want);
  });
});

describe("soakLeft", () => {
  const opened = 1_000_000;
  it("is certain when the page saw them become well", () => {
    const before = look(undefined, "r1/1", false, opened);
    const seen = look(before, "r1/1", true, opened + 20_000);
    expect(soakLeft(seen, opened, 60, opened + 30_000)).toEqual({ least: 50, most: 50 });
  });

  it("has bounds when they were well before the page came", () => {
    const seen = look(undefined, "r1/1", true, opened + 30_000);
    expect(soakLeft(seen, opened, 60, opened + 40_000)).toEqual({ least: 20, most: 50 });
    expect(soakLeft(seen, opened, 60, opened + 200_000)).toEqual({ least: 0, most: 0 });
  });

  it("begins anew with each wave", () => {
    const first = look(undefined, "r1/1", true, opened);
    expect(look(first, "r1/1", true, opened + 5_000)).toBe(first);
    expect(look(first, "r1/2", true, opened + 5_000)).toMatchObject({ since: opened + 5_000, isSeen: true });
  });
});

it("writes a clock", () => {
  expect([clock(9), clock(272), clock(3_872)]).toEqual(["0:09", "4:32", "1:04:32"]);
});
