import { describe, expect, it } from "vitest";
import { differences, lineOf, plainJson, shownDifferences } from "./delta.ts";

const group = { name: "fed.web", comment: "front", criteria: [{ key: "image", value: "nginx*", op: "=" }] };

describe("differences", () => {
  it("tells a changed, a new and a missing field", () => {
    expect(differences({ comment: "a", priority: 7 }, { comment: "b", targets: "env=prod" })).toEqual([
      { is: "value", path: "comment", before: "a", after: "b" },
      { is: "value", path: "priority", before: "7", after: undefined },
      { is: "value", path: "targets", before: undefined, after: "env=prod" },
    ]);
  });

  it("says nothing of what only the server notes, and of false that is missing", () => {
    expect(differences({ ...group, modified_at: "x" }, { ...group, modified_at: "y", disable: false })).toEqual([]);
  });

  it("tells lists by their lines", () => {
    const after = { ...group, criteria: [...group.criteria, { key: "label", value: "x", op: "=" }] };
    expect(differences(group, after)).toEqual([
      { is: "list", path: "criteria", lines: [{ sign: "added", text: "label = x" }] },
    ]);
  });

  it("goes into nested records", () => {
    expect(differences({ config: { url: "a" } }, { config: { url: "b" } })).toEqual([
      { is: "value", path: "config › url", before: "a", after: "b" },
    ]);
  });

  it("shows all of a new object and of one that is gone", () => {
    expect(differences(null, group).map((d) => d.path)).toEqual(["name", "comment", "criteria"]);
    expect(differences(group, null).map((d) => d.path)).toEqual(["name", "comment", "criteria"]);
  });

  it("keeps hostile text as it is", () => {
    expect(differences({ comment: "" }, { comment: "<img onerror=x>" })).toEqual([
      { is: "value", path: "comment", before: undefined, after: "<img onerror=x>" },
    ]);
  });
});

it("writes a record on one line", () => {
  expect(lineOf({ name: "nginx", path: "/usr/sbin/nginx", allow_update: true, x: false })).toBe(
    "name nginx · path /usr/sbin/nginx · allow update",
  );
  expect(lineOf({ name: "v", patterns: [{ key: "pattern", op: "regex", value: "4", context: "body" }] })).toBe(
    "name v · patterns [pattern regex 4 · context body]",
  );
});

it("sorts the keys of what is compared as text", () => {
  expect(plainJson({ b: 1, a: [{ d: 1, c: 2 }] })).toBe(plainJson({ a: [{ c: 2, d: 1 }], b: 1 }));
  expect(plainJson(null)).toBe("");
});

it("does not repeat what an object is called, nor shows ranks", () => {
  const rule = { id: 100001, rank: "aQ", from: "any" };
  expect(shownDifferences({ before: null, after: rule }).map((d) => d.path)).toEqual(["from"]);
  expect(shownDifferences({ before: rule, after: { ...rule, rank: "aR" } })).toEqual([
    { is: "value", path: "place", before: undefined, after: "moved in the order" },
  ]);
});
