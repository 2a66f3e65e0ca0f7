import { describe, expect, it } from "vitest";
import { faultsOf, planOf, presets, preview, type Candidate, type WaveForm } from "./waves.ts";
import { moved } from "./wavePlan.ts";

const fleet = (n: number, labels: (i: number) => Record<string, string> = () => ({})): Candidate[] =>
  Array.from({ length: n }, (_, i) => ({ id: `c${i}`, name: `c${i}`, labels: labels(i) }));
const wave = (selector: string, percent: number | "" = ""): WaveForm => ({
  key: 0,
  selector,
  percent,
  soak: 10,
  unit: "minutes",
});
const numbers = (waves: WaveForm[], of: Candidate[]) => {
  const { waves: out, rest } = preview(waves, of);
  return [...out, ...(rest === null ? [] : [rest])].map((w) => (w.isExact ? w.takes : -w.takes));
};

describe("preview", () => {
  it("counts a percentage with what earlier waves have, rounded up", () => {
    expect(numbers([wave("", 5), wave("", 25), wave("")], fleet(10))).toEqual([1, 2, 7]);
    expect(numbers([wave("", 5), wave("", 25), wave("")], fleet(318))).toEqual([16, 64, 238]);
  });

  it("adds a wave for those that none takes", () => {
    const ring = fleet(10, (i) => ({ ring: String(i % 5) }));
    expect(numbers([wave("ring=1")], ring)).toEqual([2, 8]);
    expect(numbers([wave("", 100)], ring)).toEqual([10]);
    expect(numbers([wave("", 50)], ring)).toEqual([5, 5]);
  });

  it("takes nothing twice, and nothing back", () => {
    const ring = fleet(10, (i) => ({ ring: String(i % 5) }));
    expect(numbers([wave("ring=1"), wave("ring=1"), wave("", 10), wave("")], ring)).toEqual([2, 0, 0, 8]);
  });

  it("says that a number is not certain when waves draw from the same clusters", () => {
    const ring = fleet(10, (i) => ({ ring: String(i % 5) }));
    expect(numbers([wave("", 50), wave("ring in (0,1)"), wave("")], ring)[1]).toBeLessThan(0);
    expect(numbers([wave("ring=1", 50), wave("ring in (1,2)", 50), wave("")], ring)).toEqual([1, 1, 8]);
    expect(numbers([wave("ring=1", 50), wave("ring=2", 50), wave("")], ring)).toEqual([1, 1, 8]);
  });

  it("names those it takes, or those it draws from", () => {
    const { waves } = preview([wave("", 50), wave("")], fleet(4));
    expect(waves.map((w) => w.from.length)).toEqual([4, 4]);
    const ring = fleet(4, (i) => ({ ring: String(i % 2) }));
    expect(preview([wave("ring=0"), wave("")], ring).waves.map((w) => w.from.map((c) => c.name))).toEqual([
      ["c0", "c2"],
      ["c1", "c3"],
    ]);
  });

  it("takes nothing by a selector that is none", () => {
    expect(numbers([wave("ring in ("), wave("")], fleet(3))).toEqual([0, 3]);
  });
});

it("finds what the server would refuse", () => {
  expect(faultsOf(wave("env=prod", 5))).toEqual({});
  expect(Object.keys(faultsOf({ ...wave("=", 0), soak: 31, unit: "days" }))).toEqual(["selector", "percent", "soak"]);
  expect(Object.keys(faultsOf(wave("", 2.5)))).toEqual(["percent"]);
});

it("writes the plan", () => {
  expect(planOf([wave(" ring=1 ", 5), { ...wave(""), soak: "" }], true, " canary ")).toEqual({
    manual: true,
    comment: "canary",
    waves: [{ selector: "ring=1", percent: 5, soak_seconds: 600 }, { soak_seconds: 0 }],
  });
});

it("offers the labels that tell clusters apart", () => {
  const some = fleet(20, (i) => ({ ring: String((i % 3) + 9), id: String(i), env: "prod" }));
  expect(presets(some).map((p) => p.label)).toEqual([
    "5 % – 25 % – all",
    "1 % – 10 % – 50 % – all",
    "by ring: 9, 10, 11",
  ]);
});

it("moves waves, and not beyond the ends", () => {
  const waves = [1, 2, 3].map((key) => ({ ...wave(""), key }));
  const keys = (key: number, by: -1 | 1) => moved(waves, key, by).map((w) => w.key);
  expect(keys(1, 1)).toEqual([2, 1, 3]);
  expect(keys(1, -1)).toEqual([1, 2, 3]);
  expect(keys(3, 1)).toEqual([1, 2, 3]);
});
