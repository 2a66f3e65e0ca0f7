import type { Cluster } from "../../hooks/fleet.ts";
import { statusOrder } from "../../parts/words.ts";
import type { Sort } from "../../ui/VirtualTable.tsx";
import { natural, type Entry } from "./facts.ts";

type Key = string | number | null;

/** What clusters are sorted by, by column. What is not known comes last in both directions. */
const keys: Record<string, (entry: Entry, now: Cluster) => Key> = {
  name: (e) => e.name,
  role: ({ cluster }) => (cluster.role === "master" ? 0 : 1),
  status: ({ cluster }) => statusOrder.indexOf(cluster.status),
  rules: ({ cluster }) => cluster.rule_state,
  address: ({ cluster }) => (cluster.rest_info.server === "" ? null : natural(cluster.rest_info.server)),
  nodes: ({ cluster }) => cluster.inventory?.hosts ?? null,
  pods: ({ cluster }) => cluster.inventory?.running_pods ?? null,
  score: ({ cluster }) => cluster.inventory?.score.total ?? null,
  revision: ({ cluster }) => cluster.applied_revision,
  contact: (_, now) => (now.last_heartbeat === null ? null : Date.parse(now.last_heartbeat)),
  clock: (_, now) => (now.last_heartbeat === null ? null : Math.abs(now.clock_offset_ms)),
  version: ({ cluster }) => (cluster.version === "" ? null : natural(cluster.version)),
  labels: (e) => labelKey(e.cluster),
};

export const sortable = Object.keys(keys);

/** Whether heartbeats alone change the order. */
export function isByBeat({ by }: Sort): boolean {
  return by === "contact" || by === "clock";
}

/** The ids of clusters in an order. Keys are worked out once for each, so that comparing is cheap. */
export function ordered(entries: readonly Entry[], sort: Sort, now: ReadonlyMap<string, Cluster>): string[] {
  const keyOf = keys[sort.by] ?? ((e: Entry) => e.name);
  const sign = sort.isDown ? -1 : 1;
  return entries
    .map((entry) => ({ entry, key: keyOf(entry, now.get(entry.cluster.id) ?? entry.cluster) }))
    .sort((a, b) => compare(a.key, b.key, sign) || compare(a.entry.name, b.entry.name, 1))
    .map(({ entry }) => entry.cluster.id);
}

function compare(a: Key, b: Key, sign: number): number {
  if (a === b) {
    return 0;
  }
  if (a === null) {
    return 1;
  }
  return b === null || a < b ? (b === null ? -1 : -sign) : sign;
}

function labelKey({ labels }: Cluster): Key {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? null : natural(pairs.sort().join(","));
}
