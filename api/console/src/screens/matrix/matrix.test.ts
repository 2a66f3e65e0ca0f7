import { expect, it } from "vitest";
import { cellAt, cellsIn, gridOf } from "./grid.ts";
import { clamped, contentSize, fittingSize, hit, inView, layoutOf, moved, revealing, zoomed } from "./layout.ts";
import { readOnly, writeOnly, type StateName } from "./states.ts";

const matrix = {
  time: "2026-11-22T12:00:00Z",
  revision: 9,
  objects: [
    { kind: "group", name: "fed.web" },
    { kind: "group", name: "fed.db" },
    { kind: "network", name: "100001" },
  ],
  clusters: [
    { id: "a", name: "hub" },
    { id: "b", name: "berlin" },
    { id: "c", name: "oslo" },
  ],
  rows: ["eee", "ew-", "f?e"],
};
const all = { q: "", only: undefined };

it("counts what is in force, only where an object is for a cluster", () => {
  const grid = gridOf(matrix, all);
  expect(grid.rows.map((r) => [r.tally.enforced, r.tally.of])).toEqual([
    [3, 3],
    [1, 2],
    [1, 3],
  ]);
  expect(grid.columns.map((c) => [c.what.name, c.tally.enforced, c.tally.of])).toEqual([
    ["hub", 2, 3],
    ["berlin", 1, 3],
    ["oslo", 2, 2],
  ]);
  expect(grid.counts.get("enforced")).toBe(5);
  expect(grid.counts.get("unsupported")).toBe(0);
});

it("finds objects by name and by the words for their kind", () => {
  expect(gridOf(matrix, { ...all, q: "DB" }).rows.map((r) => r.what.name)).toEqual(["fed.db"]);
  expect(gridOf(matrix, { ...all, q: "network rule" }).rows.map((r) => r.index)).toEqual([2]);
});

it("leaves the lines that have a cell in the states that are asked for, and counts all states", () => {
  const grid = gridOf(matrix, { q: "", only: readOnly("problems") });
  expect(grid.rows.map((r) => r.what.name)).toEqual(["fed.db", "100001"]);
  expect(grid.columns.map((c) => c.what.name)).toEqual(["hub", "berlin"]);
  expect(grid.counts.get("enforced")).toBe(5);
  expect(cellAt(grid, 0, 1)).toMatchObject({ cluster: { name: "berlin" }, state: "pending" });
  expect(cellAt(grid, 2, 0)).toBeUndefined();
});

it("lists cells with the most urgent first, up to a bound", () => {
  const grid = gridOf(matrix, all);
  const wanted = new Set<StateName>(["failed", "unknown", "pending"]);
  expect(cellsIn(grid, wanted, 9).cells.map((c) => c.state)).toEqual(["failed", "unknown", "pending"]);
  expect(cellsIn(grid, wanted, 2)).toMatchObject({ cells: [{ state: "failed" }, { state: "unknown" }], more: 1 });
});

it("reads and writes the states of the URL", () => {
  expect(writeOnly(readOnly("problems"))).toBe("problems");
  expect(writeOnly(readOnly("pending,failed"))).toBe("failed,pending");
  expect(readOnly("nonsense")).toBeUndefined();
  expect(writeOnly(new Set())).toBeUndefined();
});

const layout = layoutOf(20, 1_000, 500, 1_200);

it("knows what is under a point, also when scrolled", () => {
  const at = (x: number, y: number, scroll = { x: 0, y: 0 }) => hit({ x, y }, scroll, layout);
  expect(at(241, 133)).toEqual({ is: "cell", row: 0, column: 0 });
  expect(at(241, 133, { x: 9_980, y: 19_980 })).toEqual({ is: "cell", row: 999, column: 499 });
  expect(at(10, 200)).toEqual({ is: "row", row: 3 });
  expect(at(301, 5)).toEqual({ is: "column", column: 3 });
  expect(at(5, 5)).toEqual({ is: "nothing" });
  expect(at(262, 133, { x: 9_980, y: 0 })).toEqual({ is: "nothing" });
});

it("draws no more lines than are in view", () => {
  expect(inView(0, 100, 20, 1_000)).toEqual({ first: 0, last: 4 });
  expect(inView(30, 100, 20, 1_000)).toEqual({ first: 1, last: 6 });
  expect(inView(0, 100, 20, 2)).toEqual({ first: 0, last: 1 });
});

it("moves by keys, and stays in the grid", () => {
  const from = { row: 5, column: 5 };
  expect(moved("ArrowDown", false, from, layout, 10)).toEqual({ row: 6, column: 5 });
  expect(moved("PageUp", false, from, layout, 10)).toEqual({ row: 0, column: 5 });
  expect(moved("End", false, from, layout, 10)).toEqual({ row: 5, column: 499 });
  expect(moved("End", true, from, layout, 10)).toEqual({ row: 999, column: 499 });
  expect(moved("x", false, from, layout, 10)).toBeUndefined();
  expect(clamped({ row: 7, column: -1 }, { rows: 3, columns: 3 })).toEqual({ row: 2, column: 0 });
});

it("scrolls no more than it must to show a place", () => {
  const view = { width: 640, height: 332 };
  expect(revealing({ row: 0, column: 0 }, { x: 0, y: 0 }, view, layout)).toEqual({ x: 0, y: 0 });
  expect(revealing({ row: 10, column: 20 }, { x: 0, y: 0 }, view, layout)).toEqual({ x: 20, y: 20 });
  expect(revealing({ row: 1, column: 1 }, { x: 100, y: 100 }, view, layout)).toEqual({ x: 20, y: 20 });
});

it("makes cells wide where there are few clusters", () => {
  expect(layoutOf(20, 9, 3, 1_200)).toMatchObject({ across: 132, head: 48 });
  expect(layoutOf(20, 9, 20, 1_200)).toMatchObject({ across: 47, head: 132 });
  expect(layoutOf(8, 9, 3, 1_200)).toMatchObject({ across: 8, head: 24 });
});

it("chooses and changes the size of cells", () => {
  expect(fittingSize(10, 10, { width: 1_000, height: 600 })).toBe(28);
  expect(fittingSize(1_000, 1_000, { width: 1_000, height: 600 })).toBe(8);
  expect(zoomed(28, 1)).toBe(28);
  expect(zoomed(14, -1)).toBe(8);
  expect(contentSize(layout)).toEqual({ width: 240 + 500 * 20, height: 132 + 1_000 * 20 });
});
