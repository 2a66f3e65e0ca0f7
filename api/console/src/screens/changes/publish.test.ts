import { describe, expect, it } from "vitest";
import { Problem } from "../../api.ts";
import type { DraftEdit } from "../../hooks/draft.ts";
import type { Since } from "./dryRun.ts";
import { failureOf, ourChange } from "./publish.ts";

describe("failureOf", () => {
  it.each([
    [409, 74, "conflict"],
    [409, 79, "rollout"],
    [503, 77, "unknown"],
    [500, 80, "partly"],
    [0, 0, "unknown"],
    [502, 0, "unknown"],
    [500, 0, "unknown"],
    [503, 73, "refused"],
    [400, 6, "refused"],
    [507, 72, "refused"],
  ])("takes %i with code %i as %s", (status, code, want) => {
    expect(failureOf(new Problem(status, code, "x")).is).toBe(want);
  });
});

describe("ourChange", () => {
  const edit = (kind: string, name: string, isNew: boolean): DraftEdit => ({
    op: "upsert",
    kind,
    name,
    isNew,
    object: {},
  });
  const change = (revision: number, actor: string, ...objects: string[]): Since => ({
    revision,
    actor,
    at: "2026-11-22T12:00:00Z",
    events: objects.length,
    objects: objects.map((o) => ({ kind: o.split("/")[0] ?? "", name: o.split("/")[1] ?? "" })),
    rollout: "",
  });
  const edits = [edit("group", "fed.web", true), edit("network", "new-1", true)];

  it("finds the one by the same user about the same objects", () => {
    const list = [
      change(9, "eve", "group/fed.web", "network/100001"),
      change(8, "admin", "group/fed.other"),
      change(7, "admin", "group/fed.web", "network/100002"),
      change(6, "admin", "group/fed.web", "webhook/x"),
    ];
    expect(ourChange(list, edits, "admin")?.revision).toBe(7);
    expect(ourChange(list, edits, "bob")).toBeUndefined();
  });

  it("goes by the kind where all is new and numbered", () => {
    const list = [change(7, "admin", "network/100002")];
    expect(ourChange(list, [edit("network", "new-1", true)], "admin")?.revision).toBe(7);
  });
});
