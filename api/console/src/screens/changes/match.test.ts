import { expect, it } from "vitest";
import type { Wire } from "../../api.ts";
import type { DraftEdit } from "../../hooks/draft.ts";
import { byKind, judge } from "./match.ts";

const edit = (kind: string, name: string, isNew = false): DraftEdit => ({
  op: "upsert",
  kind,
  name,
  isNew,
  object: {},
});
const delta = (kind: string, name: string, change: string): Wire["Delta"] => ({
  kind,
  name,
  change,
  before: null,
  after: {},
});
const report = (deltas: Wire["Delta"][], problems: Wire["EditProblem"][] = []): Wire["ChangeReport"] => ({
  dry_run: true,
  revision: 7,
  events: deltas.length,
  sets: 1,
  rollout: "",
  deltas,
  problems,
  clusters: [],
});

it("gives every edit what becomes of its object", () => {
  const edits = [edit("network", "new-1", true), edit("group", "fed.web"), edit("network", "new-2", true)];
  const got = judge(
    edits,
    report([
      delta("network", "100010", "created"),
      delta("network", "100009", "created"),
      delta("network", "100001", "changed"),
      delta("group", "fed.web", "created"),
    ]),
  );
  expect(got.edits.map((e) => e.delta?.name)).toEqual(["100009", "fed.web", "100010"]);
  expect(got.others.map((d) => d.name)).toEqual(["100001"]);
});

it("puts problems beside their edits", () => {
  const problems = [
    { edit: 1, kind: "group", name: "a", message: "wrong" },
    { edit: 9, kind: "", name: "", message: "stray" },
  ];
  const got = judge([edit("group", "a"), edit("group", "b")], report([], problems));
  expect(got.edits.map((e) => e.problems)).toEqual([[], ["wrong"]]);
  expect(got.problems).toEqual(["stray"]);
});

it("groups by kind in the order of the menu", () => {
  const { edits } = judge(
    [edit("webhook", "a"), edit("dlp-group", "b"), edit("group", "c"), edit("webhook", "d")],
    undefined,
  );
  expect(byKind(edits).map(([kind, list]) => [kind, list.length])).toEqual([
    ["group", 1],
    ["dlp-group", 1],
    ["webhook", 2],
  ]);
});
