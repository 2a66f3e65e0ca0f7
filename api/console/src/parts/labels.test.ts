import { expect, test } from "vitest";
import { changeOf, rowsOf, wrongWith } from "./labels.ts";

const row = (id: number, key: string, value: string) => ({ id, key, value });

test("only what differs is sent; null takes a label away", () => {
  const labels = { env: "prod", region: "eu", old: "x" };
  const rows = [row(1, "env", "prod"), row(2, "region", "us "), row(3, " tier", "1"), row(4, "", "")];
  expect(changeOf(labels, rows, false)).toEqual({ region: "us", tier: "1", old: null });
});

test("with many clusters an empty value takes a label away", () => {
  expect(changeOf({}, [row(1, "env", ""), row(2, "tier", "1")], true)).toEqual({ env: null, tier: "1" });
});

test("a key is needed, and once", () => {
  const rows = [row(1, "a", "1"), row(2, "a ", "2"), row(3, "", "3"), row(4, "", "")];
  expect(rows.map((r) => wrongWith(r, rows))).toEqual([
    "This key is there twice.",
    "This key is there twice.",
    "A label needs a key.",
    undefined,
  ]);
});

test("without labels there is one line to begin with", () => {
  expect(rowsOf({})).toHaveLength(1);
});
