import { describe, expect, test } from "vitest";
import type { DraftEdit } from "../../hooks/draft.ts";
import { afterFor, inPlace } from "./place.ts";

const rows = (...names: string[]) => names.map((name) => ({ kind: "network", name }));
const place = (name: string, after?: number, op = "upsert"): DraftEdit => {
  return { op, kind: "network", name, isNew: false, ...(after === undefined ? {} : { after }) };
};
const order = (names: string[], ...edits: DraftEdit[]) => inPlace(rows(...names), edits).map((r) => r.name);

describe("the order that a change set leads to", () => {
  test.each([
    ["no place given", [place("1")], "1 2 3 4"],
    ["first", [place("3", 0)], "3 1 2 4"],
    ["behind one further up", [place("4", 1)], "1 4 2 3"],
    ["behind one further down", [place("1", 3)], "2 3 1 4"],
    ["before one", [place("4", -2)], "1 4 2 3"],
    ["before one further down", [place("1", -4)], "2 3 1 4"],
    ["behind itself", [place("2", 2)], "1 2 3 4"],
    ["behind one that is gone", [place("2", 9)], "1 2 3 4"],
    ["two behind the same: the later one is nearer", [place("3", 1), place("4", 1)], "1 4 3 2"],
    ["a deleted one stays where it was", [place("3", 0, "delete")], "1 2 3 4"],
    ["another kind", [{ ...place("3", 0), kind: "response" }], "1 2 3 4"],
  ])("%s", (_, edits, want) => {
    expect(order(["1", "2", "3", "4"], ...edits).join(" ")).toBe(want);
  });

  test("a new rule has its place, too", () => {
    expect(order(["1", "2", "new-1"], place("new-1", 1))).toEqual(["1", "new-1", "2"]);
  });
});

describe("what to say for a place", () => {
  const firm = (name: string, staged?: string) => ({ name, staged });
  const list = [firm("1"), firm("new-1", "created"), firm("3", "deleted"), firm("4")];

  test.each([
    ["at the beginning: before the first", list, 0, -1],
    ["behind a rule", list, 1, 1],
    ["between two that cannot give it: the nearest above that can", list, 2, 1],
    ["behind one that goes: before the next", list, 3, -4],
    ["at the end", list, 4, 4],
    ["the only rule", [], 0, 0],
    ["behind new ones only", [firm("new-1", "created")], 1, 0],
  ])("%s", (_, others, at, want) => {
    expect(afterFor(others, at)).toBe(want);
  });

  test("leads to that place", () => {
    const names = ["1", "2", "3", "4", "5"];
    for (const name of names) {
      for (let at = 0; at < names.length; at++) {
        const others = names.filter((n) => n !== name);
        const want = others.toSpliced(at, 0, name);
        const after = afterFor(
          others.map((n) => firm(n)),
          at,
        );
        expect(order(names, place(name, after))).toEqual(want);
      }
    }
  });
});
