import { describe, expect, it } from "vitest";
import { Slots } from "./slots.ts";

describe("the places of rows", () => {
  it("go from a row that leaves to one that comes, and stay with all others", () => {
    const slots = new Slots();
    expect([...slots.assign(["a", "b", "c"])]).toEqual([
      ["a", 0],
      ["b", 1],
      ["c", 2],
    ]);
    expect(Object.fromEntries(slots.assign(["b", "c", "d"]))).toEqual({ b: 1, c: 2, d: 0 });
    expect(Object.fromEntries(slots.assign(["d", "b", "c"]))).toEqual({ b: 1, c: 2, d: 0 });
  });

  it("are as many as rows, and none is taken twice", () => {
    const slots = new Slots();
    slots.assign(["a", "b", "c", "d"]);
    const far = slots.assign(["d", "x", "y", "z", "b"]);
    expect(far.get("d")).toBe(3);
    expect(far.get("b")).toBe(1);
    expect(new Set(far.values())).toEqual(new Set([0, 1, 2, 3, 4]));
  });
});
