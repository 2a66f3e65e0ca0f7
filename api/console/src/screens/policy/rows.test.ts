import { describe, expect, test } from "vitest";
import type { DraftEdit } from "../../hooks/draft.ts";
import type { Config } from "./kind.ts";
import { fitting } from "./filter.ts";
import { groupKind } from "./kinds/group.ts";
import { networkKind } from "./kinds/network.tsx";
import { dlpGroupKind } from "./kinds/sensor.ts";
import { laid } from "./rows.ts";
import { changeOf, copyOf, moveOf } from "./staging.ts";

const rule = (id: number, part: Config = {}) => {
  const object = networkKind.read(undefined, { from: "fed.web", to: "external", action: "deny", ...part }, String(id));
  return { kind: "network", name: String(id), scope: "fed" as const, object };
};
const edit = (name: string, given: Partial<DraftEdit> = {}): DraftEdit => {
  return { op: "upsert", kind: "network", name, object: { action: "allow" }, isNew: false, ...given };
};
const lay = (edits: DraftEdit[], isOrdered = true) =>
  laid({
    kind: "network",
    scope: "fed",
    isOrdered,
    rows: [rule(100001), rule(100002), rule(100003)],
    edits,
    read: networkKind.read,
  });
const word = (edits: DraftEdit[]) => lay(edits).map((r) => `${r.name} ${r.staged ?? "-"}`);

describe("staged edits over the list", () => {
  test.each([
    ["nothing", [], ["100001 -", "100002 -", "100003 -"]],
    ["a change", [edit("100002")], ["100001 -", "100002 changed", "100003 -"]],
    ["a removal", [edit("100002", { op: "delete" })], ["100001 -", "100002 deleted", "100003 -"]],
    ["a new rule is last", [edit("new-1", { isNew: true })], ["100001 -", "100002 -", "100003 -", "new-1 created"]],
    ["a move", [edit("100003", { object: { id: 100003 }, after: 0 })], ["100003 moved", "100001 -", "100002 -"]],
    ["a change with a move", [edit("100003", { after: 0 })], ["100003 changed", "100001 -", "100002 -"]],
    ["an edit of another kind", [edit("100002", { kind: "response" })], ["100001 -", "100002 -", "100003 -"]],
    ["a removal of what is gone already", [edit("7", { op: "delete" })], ["100001 -", "100002 -", "100003 -"]],
  ])("%s", (_, edits, want) => {
    expect(word(edits)).toEqual(want);
  });

  test("a change shows what will be, and knows what is", () => {
    const row = lay([edit("100002")])[1];
    expect(row?.object.action).toBe("allow");
    expect(row?.object.from).toBe("fed.web");
    expect(row?.stored?.action).toBe("deny");
  });

  test("places count in the order that will be", () => {
    expect(lay([edit("100003", { after: 0 })]).map((r) => r.place)).toEqual([1, 2, 3]);
  });

  test("new ones are first where the order has no meaning", () => {
    expect(lay([edit("new-1", { isNew: true })], false)[0]?.name).toBe("new-1");
  });

  test("sensors of a binding are replaced", () => {
    const object = dlpGroupKind.read(undefined, { replace: [{ name: "s", action: "deny" }] }, "fed.web");
    expect(object.sensors).toEqual([{ name: "s", action: "deny" }]);
  });

  test("a group with an address is one of addresses", () => {
    const criteria = [{ key: "address", op: "=", value: "10.0.0.1" }];
    expect(groupKind.read(undefined, { criteria }, "fed.db").kind).toBe("address");
  });
});

describe("edits that the list makes", () => {
  test("a switch keeps what was staged before", () => {
    const row = lay([edit("100002")])[1];
    expect(row && changeOf(row, { disable: true }).object).toEqual({ action: "allow", disable: true });
  });

  test("a move of a rule that is otherwise as it was says its number alone", () => {
    const [first, , last] = lay([]);
    const others = lay([]).slice(0, 2);
    expect(last && first && moveOf(last, others, 1)).toEqual({
      op: "upsert",
      kind: "network",
      name: "100003",
      object: { id: 100003 },
      isNew: false,
      after: 100001,
    });
  });

  test("a copy of a rule is beside it and has no number", () => {
    const [first] = lay([]);
    const copy = first && copyOf(networkKind, first, new Set(), "new-1");
    expect(copy).toMatchObject({ name: "new-1", isNew: true, after: 100001, object: { from: "fed.web" } });
    expect(copy?.object).not.toHaveProperty("id");
  });

  test("a copy of a group has a free name", () => {
    const object = groupKind.read(undefined, {}, "fed.web");
    const rows = [{ kind: "group", name: "fed.web", scope: "fed" as const, object }];
    const [row] = laid({ kind: "group", scope: "fed", isOrdered: false, rows, edits: [], read: groupKind.read });
    expect(row && copyOf(groupKind, row, new Set(["fed.web", "fed.web-copy"]), "").name).toBe("fed.web-copy-2");
  });
});

describe("the filter", () => {
  const names = (q: string, scope?: "fed" | "local") =>
    fitting(networkKind, lay([edit("100002", { object: { comment: "For Billing", disable: true } })]), q, scope).map(
      (r) => r.name,
    );

  test.each([
    ["", undefined, "100001 100002 100003"],
    ["billing", undefined, "100002"],
    ["disabled external", undefined, "100002"],
    ["100003", undefined, "100003"],
    ["changed", undefined, "100002"],
    ["nothing like it", undefined, ""],
    ["", "local", ""],
  ] as const)("%j in %j", (q, scope, want) => {
    expect(names(q, scope).join(" ")).toBe(want);
  });
});
