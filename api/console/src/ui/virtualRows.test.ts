import { describe, expect, test } from "vitest";
import { fitting, nextIndex, nextSort, readSort, toggled, tracks, writeSort, type Column } from "./virtualRows.ts";

const column = (id: string, more: Partial<Column<string>> = {}): Column<string> => ({
  id,
  title: id,
  width: 100,
  render: () => null,
  ...more,
});

describe("columns", () => {
  const columns = [column("a", { grow: 2 }), column("b", { hideUnder: 500 })];

  test("go when there is no room; all are there while the width is not known", () => {
    expect(fitting(columns, 499).map((c) => c.id)).toEqual(["a"]);
    expect(fitting(columns, 500)).toBe(columns);
    expect(fitting(columns, 0)).toBe(columns);
  });

  test("become tracks, with one more for the choice", () => {
    expect(tracks(columns, false)).toEqual({ template: "minmax(100px, 2fr) 100px", least: 236 });
    expect(tracks(columns, true)).toEqual({ template: "28px minmax(100px, 2fr) 100px", least: 276 });
  });
});

test("keys lead to rows, and not over the ends", () => {
  const to = (key: string, from: number) => nextIndex(key, from, 100, 10);
  expect(["ArrowDown", "ArrowUp", "PageDown", "PageUp", "Home", "End", "x"].map((key) => to(key, 5))).toEqual([
    6,
    4,
    15,
    0,
    0,
    99,
    undefined,
  ]);
  expect(to("ArrowDown", 99)).toBe(99);
  expect(nextIndex("End", 0, 0, 10)).toBeUndefined();
});

test("a click on a column sorts by it, and the other way when it did already", () => {
  expect(nextSort(undefined, "name", undefined)).toEqual({ by: "name", isDown: false });
  expect(nextSort(undefined, "pods", "right")).toEqual({ by: "pods", isDown: true });
  expect(nextSort({ by: "pods", isDown: true }, "pods", "right")).toEqual({ by: "pods", isDown: false });
});

test("a sort is written to and read from the URL; what is not known is ignored", () => {
  const otherwise = { by: "name", isDown: false };
  for (const sort of [otherwise, { by: "pods", isDown: true }]) {
    expect(readSort(writeSort(sort), ["name", "pods"], otherwise)).toEqual(sort);
  }
  expect(readSort("-nothing", ["name"], otherwise)).toBe(otherwise);
  expect(readSort(undefined, ["name"], otherwise)).toBe(otherwise);
});

test("a range is chosen or left as its last row is", () => {
  const order = ["a", "b", "c", "d"];
  expect([...toggled(new Set(["a"]), order, 1, 3)]).toEqual(["a", "b", "c", "d"]);
  expect([...toggled(new Set(order), order, 3, 2)]).toEqual(["a", "b"]);
});
