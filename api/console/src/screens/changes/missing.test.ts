import { expect, it } from "vitest";
import type { Cluster } from "../../hooks/fleet.ts";
import { reasonOf, spreading } from "./missing.ts";

const cluster = (name: string, applied_revision: number, status: string, error = ""): Cluster =>
  ({ id: name, name, applied_revision, status, error }) as Cluster;

it("says who does not hold a revision, and why", () => {
  const fleet = [
    cluster("berlin", 7, "synced"),
    cluster("oslo", 6, "out_of_sync", "disk"),
    cluster("rome", 7, "disconnected"),
    cluster("lima", 1, "synced"),
  ];
  const got = spreading(["berlin", "oslo", "rome", "gone"], fleet, 7);
  expect([got.reached, got.of]).toEqual([1, 4]);
  expect(got.missing.map((m) => `${m.name}: ${reasonOf(m)}`)).toEqual([
    "oslo: on its way: disk",
    "rome: disconnected; it gets it when it is back",
    "gone: no longer in the fleet",
  ]);
});
