import type { Wire } from "../../api.ts";
import type { Cluster } from "../../hooks/fleet.ts";
import { count, duration } from "../../ui/number.ts";

export type Pulse = Wire["Pulse"];
type Beat = Wire["PulseBeat"];

/** So many heartbeats are kept on the page. */
const mostKept = 1_000;

/** The heartbeats with the newest one of the live summary, if it is newer than all of them. */
export function withBeat(pulse: Pulse, cluster: Cluster): Pulse {
  const { last_heartbeat: at } = cluster;
  const last = pulse.beats.at(-1);
  if (at === null || (last !== undefined && Date.parse(at) <= Date.parse(last.at))) {
    return pulse;
  }
  const beat: Beat = {
    at,
    gap_ms: last === undefined ? 0 : Date.parse(at) - Date.parse(last.at),
    behind: Math.max(0, cluster.desired_revision - cluster.applied_revision),
    clock_offset_ms: cluster.clock_offset_ms,
  };
  return { ...pulse, beats: [...pulse.beats, beat].slice(-mostKept) };
}

/** What the heartbeats say, in words; undefined when there are too few to say something. */
export function inWords(beats: readonly Beat[]): string | undefined {
  const gaps = gapsOf(beats).filter((gap) => gap !== null);
  if (gaps.length === 0) {
    return undefined;
  }
  const sorted = gaps.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const longest = sorted.at(-1) ?? 0;
  const behind = Math.max(...beats.map((beat) => beat.behind));
  const lag = behind === 0 ? "never behind" : `at most ${count(behind)} revisions behind`;
  return `${count(beats.length)} heartbeats: ${duration(middle)} apart as a rule, ${duration(longest)} at most; ${lag}.`;
}

/** The gaps before the heartbeats; nothing is known of the one before the first. */
export function gapsOf(beats: readonly Beat[]): (number | null)[] {
  return beats.map((beat) => (beat.gap_ms > 0 ? beat.gap_ms : null));
}
