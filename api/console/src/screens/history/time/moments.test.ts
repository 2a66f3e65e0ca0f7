import { expect, it } from "vitest";
import {
  indexAt,
  inOrder,
  marks,
  momentAt,
  readMoment,
  stepped,
  ticksOf,
  writeMoment,
  type Moment,
} from "./moments.ts";

const at = (minute: number) => `2026-11-22T12:0${minute}:00.000Z`;
const ticks = ticksOf([
  { revision: 9, first: 6, at: at(6), actor: "eve" },
  { revision: 5, first: 3, at: at(3), actor: "admin" },
  { revision: 2, first: 1, at: at(0), actor: "admin" },
]);
const end = Date.parse(at(8));
const of = (revision: number): Moment => ({ is: "revision", revision });
const now: Moment = { is: "now" };

it("reads what it writes", () => {
  for (const text of ["12", at(4), undefined]) {
    expect(writeMoment(readMoment(text))).toBe(text);
  }
  expect(readMoment("nonsense")).toEqual(now);
});

it("finds the newest change set at a moment", () => {
  expect(indexAt(ticks, now)).toBe(2);
  expect(indexAt(ticks, of(4))).toBe(1);
  expect(indexAt(ticks, of(0))).toBe(-1);
  expect(indexAt(ticks, { is: "time", at: at(2) })).toBe(0);
});

it("steps from one change set to the next and back", () => {
  expect(stepped(ticks, of(2), 1)).toEqual(of(5));
  expect(stepped(ticks, of(9), 1)).toEqual(now);
  expect(stepped(ticks, now, -1)).toEqual(of(9));
  expect(stepped(ticks, of(9), -1)).toEqual(of(5));
  expect(stepped(ticks, of(2), -1)).toEqual(of(2));
  expect(stepped(ticks, { is: "time", at: at(4) }, -1)).toEqual(of(5));
  expect(stepped(ticks, { is: "time", at: at(4) }, 1)).toEqual(of(9));
});

it("snaps to a change set that is near", () => {
  expect(momentAt(ticks, 0.38, end, 0.01)).toEqual(of(5));
  expect(momentAt(ticks, 0.5, end, 0.01)).toEqual({ is: "time", at: at(4) });
  expect(momentAt(ticks, 1, end, 0.01)).toEqual(now);
  expect(momentAt(ticks, -1, end, 0.01)).toEqual(of(2));
});

it("compares the older with the newer", () => {
  expect(inOrder(ticks, of(9), of(2))).toEqual({ from: of(2), to: of(9) });
  expect(inOrder(ticks, now, of(2))).toEqual({ from: of(2), to: now });
  const four: Moment = { is: "time", at: at(4) };
  expect(inOrder(ticks, of(9), four)).toEqual({ from: four, to: of(9) });
});

it("marks each pixel once", () => {
  expect(marks(ticks, end, 8)).toEqual([0, 3 / 8, 6 / 8]);
  expect(marks(ticks, end, 1)).toEqual([0, 1]);
});
