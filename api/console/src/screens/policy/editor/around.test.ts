import { expect, test } from "vitest";
import { withStaged, type Listed } from "./around.ts";
import { afterOf, placeOf } from "./place.ts";

const stored: Listed[] = ["a", "b"].map((name) => ({ name, object: { name, comment: "" }, isStaged: false }));

test("what is staged lies over what is stored", () => {
  const edits = [
    { op: "delete", kind: "group", name: "a", isNew: false },
    { op: "upsert", kind: "group", name: "b", object: { comment: "new" }, isNew: false },
    { op: "upsert", kind: "group", name: "c", object: { name: "c" }, isNew: true },
    { op: "upsert", kind: "webhook", name: "d", object: { name: "d" }, isNew: true },
  ];
  expect(withStaged(stored, { edits, base: 1 }, "group")).toEqual([
    { name: "b", object: { name: "b", comment: "new" }, isStaged: false },
    { name: "c", object: { name: "c" }, isStaged: true },
  ]);
});

test.each([undefined, 0, 100001, -100001])("the place %s is read and written", (after) => {
  expect(afterOf(placeOf(after))).toBe(after);
});
