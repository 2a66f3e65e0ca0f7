import { expect, it } from "vitest";
import { tabOf } from "../search.ts";
import { aboutOf } from "./about.ts";
import { jsonLines, merged, passes, queryOf, type Event } from "./filter.ts";

const event = (change: Partial<Event> = {}): Event => ({
  cursor: "RULES.5-FLEET.2",
  log: "RULES",
  id: "c-0",
  source: "/clusters/a",
  kind: "group.defined",
  time: "2026-11-22T12:00:00Z",
  actor: "admin",
  command: "c",
  revision: 5,
  set_index: 0,
  set_size: 1,
  data: { group: { name: "fed.web" } },
  ...change,
});
const joined = event({ kind: "cluster.joined", log: "FLEET", data: { cluster: "b", name: "berlin" } });
const nameOf = (id: string) => (id === "b" ? "berlin" : undefined);

it("knows what an event is about", () => {
  expect(aboutOf(event())).toEqual({ is: "object", kind: "group", name: "fed.web" });
  expect(aboutOf({ kind: "network.rule.removed", data: { id: 100001 } })).toMatchObject({ name: "100001" });
  expect(aboutOf({ kind: "dlp.group.defined", data: { group: { group: "fed.web", sensors: [] } } })).toMatchObject({
    kind: "dlp-group",
    name: "fed.web",
  });
  expect(aboutOf({ kind: "process.profile.removed", data: { group: "fed.web" } })).toMatchObject({ name: "fed.web" });
  expect(aboutOf(joined)).toEqual({ is: "cluster", id: "b", name: "berlin" });
  expect(aboutOf({ kind: "rollout.paused", data: { rollout: { id: "r" } } })).toEqual({ is: "rollout", id: "r" });
  expect(aboutOf({ kind: "change.staged", data: { object: { kind: "file", name: "fed.a" } } })).toMatchObject({
    kind: "file",
    name: "fed.a",
  });
  expect(aboutOf({ kind: "user.removed", data: { username: "eve" } })).toEqual({ is: "named", name: "eve" });
  expect(aboutOf({ kind: "from.the.future", data: null })).toEqual({ is: "nothing" });
});

it("lets events pass as the server does", () => {
  expect(passes(event(), {}, nameOf)).toBe(true);
  expect(passes(event(), { kind: "group." }, nameOf)).toBe(true);
  expect(passes(event(), { kind: "group" }, nameOf)).toBe(false);
  expect(passes(event(), { name: "fed.web", actor: "admin", command: "c" }, nameOf)).toBe(true);
  expect(passes(event(), { name: "fed.we" }, nameOf)).toBe(false);
  expect(passes(joined, { cluster: "berlin" }, nameOf)).toBe(true);
  expect(passes(event(), { cluster: "berlin" }, nameOf)).toBe(false);
  expect(passes(event(), { from: "2026-11-22T12:00:00Z" }, nameOf)).toBe(true);
  expect(passes(event(), { until: "2026-11-22T12:00:00Z" }, nameOf)).toBe(false);
});

it("asks only for what filters", () => {
  expect(queryOf({ kind: "group.", name: undefined, from: "2026-11-22T12:00:00Z", until: "nonsense" })).toEqual({
    kind: "group.",
    from: "2026-11-22T12:00:00.000Z",
  });
});

it("shows each event once", () => {
  const older = event({ revision: 4 });
  expect(merged([joined, event()], [event(), older])).toEqual([joined, event(), older]);
});

it("exports the oldest first", () => {
  expect(jsonLines([event({ revision: 2 }), event({ revision: 1 })]).split("\n")).toHaveLength(3);
  expect(jsonLines([event({ revision: 2 }), event({ revision: 1 })])).toMatch(/^\{.*"revision":1.*\}\n/);
});

it("finds the tab that a link means", () => {
  expect(tabOf({})).toBe("changes");
  expect(tabOf({ revision: "9" })).toBe("changes");
  expect(tabOf({ cluster: "b" })).toBe("events");
  expect(tabOf({ moment: "9" })).toBe("time");
  expect(tabOf({ tab: "audit", actor: "eve" })).toBe("audit");
  expect(tabOf({ tab: "nonsense" })).toBe("changes");
});
