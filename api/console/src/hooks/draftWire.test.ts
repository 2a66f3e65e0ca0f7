import { describe, expect, test } from "vitest";
import type { DraftEdit } from "./draft.ts";
import { isProvisional, provisionalName, toWireEdits } from "./draftWire.ts";

const rule = { from: "fed.web", to: "external", action: "deny" };

function edit(given: Partial<DraftEdit>): DraftEdit {
  return { op: "upsert", kind: "network", name: "100001", object: rule, isNew: false, ...given };
}

describe("edits on the wire", () => {
  test("a stored rule is named", () => {
    expect(toWireEdits([edit({})])).toEqual([{ op: "upsert", kind: "network", name: "100001", object: rule }]);
  });

  test("a new rule has neither name nor number", () => {
    expect(toWireEdits([edit({ name: "new-1", isNew: true, object: { ...rule, id: 7 }, after: 0 })])).toEqual([
      { op: "upsert", kind: "network", object: rule, after: 0 },
    ]);
  });

  test("a new group is named: people choose its name", () => {
    const object = { name: "fed.web", criteria: [] };
    expect(toWireEdits([edit({ kind: "group", name: "fed.web", isNew: true, object })])).toEqual([
      { op: "upsert", kind: "group", name: "fed.web", object },
    ]);
  });

  test("a removal is nothing but a name", () => {
    expect(toWireEdits([edit({ op: "delete", after: 3 })])).toEqual([
      { op: "delete", kind: "network", name: "100001" },
    ]);
  });

  test("order and count stay", () => {
    const names = toWireEdits([edit({ name: "3" }), edit({ name: "new-1", isNew: true }), edit({ name: "1" })]).map(
      (e) => e.name,
    );
    expect(names).toEqual(["3", undefined, "1"]);
  });
});

describe("provisional names", () => {
  test("count up for each kind", () => {
    const edits = [edit({ name: "new-2" }), edit({ name: "100001" }), edit({ kind: "response", name: "new-7" })];
    expect(provisionalName({ edits, base: 1 }, "network")).toBe("new-3");
    expect(provisionalName({ edits, base: 1 }, "response")).toBe("new-8");
    expect(provisionalName({ edits, base: 1 }, "admission")).toBe("new-1");
  });

  test("are not taken for names of people", () => {
    expect(isProvisional("new-1")).toBe(true);
    expect(isProvisional("fed.new-1")).toBe(false);
  });
});
