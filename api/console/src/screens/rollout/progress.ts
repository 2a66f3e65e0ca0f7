import type { Wire } from "../../api.ts";
import type { Cluster } from "../../hooks/fleet.ts";
import type { Word } from "../../parts/words.ts";

type Rollout = Wire["Rollout"];
type WaveCluster = Wire["WaveCluster"];

/** How one cluster does in a rollout. */
export type ClusterState = "wrong" | "waits" | "absent" | "well" | "ahead";

/** The states in the order in which they need attention. */
export const clusterStates: readonly ClusterState[] = ["wrong", "waits", "absent", "well", "ahead"];

export const stateWords: Readonly<Record<ClusterState, Word>> = {
  wrong: { label: "wrong", color: "red", means: "It stops the rollout." },
  waits: { label: "on its way", color: "blue", means: "The rollout has reached it, and waits until it is well." },
  absent: { label: "away", color: "orange", means: "It was away when its wave opened; the wave does not wait for it." },
  well: { label: "well", color: "teal", means: "It holds the change and complains of nothing." },
  ahead: { label: "not yet", color: "gray", means: "Its wave has not opened." },
};

export interface Row {
  id: string;
  name: string;
  /** The status word of the fleet. */
  status: string;
  state: ClusterState;
  /** Why it is not well; empty where nothing more is to be said. */
  why: string;
}

/** How a cluster does, as one word. */
export function stateOf({ reached, well, absent, wrong }: WaveCluster): ClusterState {
  if (wrong !== "") {
    return "wrong";
  }
  return !reached ? "ahead" : absent ? "absent" : well ? "well" : "waits";
}

/** The clusters of a wave with the reasons that the fleet knows. */
export function rowsOf(
  wave: readonly WaveCluster[],
  change: number,
  fleet: ReadonlyMap<string, Cluster> | undefined,
): readonly Row[] {
  return wave.map((c) => {
    const state = stateOf(c);
    return { id: c.id, name: c.name, status: c.status, state, why: whyOf(c, state, change, fleet?.get(c.id)) };
  });
}

function whyOf(c: WaveCluster, state: ClusterState, change: number, known: Cluster | undefined): string {
  if (state === "wrong") {
    return c.wrong;
  }
  if (state !== "waits" || known === undefined) {
    return "";
  }
  if (known.applied_revision < change) {
    return "does not hold the change yet";
  }
  return known.error === "" ? "its enforcer is not done yet" : known.error;
}

/** How many clusters are in which state. */
export function tally(rows: readonly Row[]): Readonly<Record<ClusterState, number>> {
  const out = { wrong: 0, waits: 0, absent: 0, well: 0, ahead: 0 };
  for (const { state } of rows) {
    out[state] += 1;
  }
  return out;
}

/** What the rollout is at. */
export type Moment =
  | { is: "ended" }
  | { is: "paused"; reason: string }
  /** Something went wrong; it pauses by itself. */
  | { is: "wrong"; names: readonly string[] }
  | { is: "waiting"; names: readonly string[] }
  /** All clusters that it has reached are well. */
  | { is: "soaking"; seconds: number }
  | { is: "asking" };

/** Says what a rollout is at, and what it waits for. */
export function momentOf(rollout: Rollout): Moment {
  const { status, reason, waves, open, manual } = rollout;
  if (status === "paused") {
    return { is: "paused", reason };
  }
  if (status !== "running") {
    return { is: "ended" };
  }
  const reached = waves.slice(0, open).flatMap((w) => w.clusters);
  const named = (state: ClusterState) => reached.filter((c) => stateOf(c) === state).map((c) => c.name);
  const wrong = named("wrong");
  if (wrong.length > 0) {
    return { is: "wrong", names: wrong };
  }
  const waiting = named("waits");
  if (waiting.length > 0) {
    return { is: "waiting", names: waiting };
  }
  return manual && open < waves.length
    ? { is: "asking" }
    : { is: "soaking", seconds: waves[open - 1]?.soak_seconds ?? 0 };
}

/** Since when a page has seen all clusters well. */
export interface Wellness {
  /** Of which step of the rollout. */
  step: string;
  isWell: boolean;
  /** Since when that is known, in milliseconds since 1970. */
  since: number;
  /** Whether the page saw how they became well; otherwise they may have been well before. */
  isSeen: boolean;
}

/** What is known after another look. */
export function look(before: Wellness | undefined, step: string, isWell: boolean, now: number): Wellness {
  if (before === undefined) {
    return { step, isWell, since: now, isSeen: false };
  }
  return before.step === step && before.isWell === isWell ? before : { step, isWell, since: now, isSeen: true };
}

/** How many seconds of soak time are left: the least and the most that it can be. */
export function soakLeft(
  { since, isSeen }: Wellness,
  openedAt: number,
  soakSeconds: number,
  now: number,
): { least: number; most: number } {
  const left = (from: number) => Math.max(0, Math.ceil((from - now) / 1_000) + soakSeconds);
  const most = left(since);
  return { least: isSeen ? most : Math.min(most, left(openedAt)), most };
}

/** Seconds as on a clock: "4:32", "1:04:32". */
export function clock(seconds: number): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
