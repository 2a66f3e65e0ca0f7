import type { Cluster } from "../../hooks/fleet.ts";

/** A cluster with what a search and a sort need of it, worked out once for as long as its facts are the same. */
export interface Entry {
  cluster: Cluster;
  /** All that a search looks at, in small letters. */
  text: string;
  /** Its name, written so that plain comparison puts 2 before 10. */
  name: string;
}

/** The clusters without their heartbeats: they stay the same object when clusters only were heard from. */
export type Facts = ReadonlyMap<string, Entry>;

/** The facts after the summary changed; the same as before when there was nothing but heartbeats. */
export function factsOf(before: Facts, clusters: ReadonlyMap<string, Cluster>): Facts {
  let isSame = before.size === clusters.size;
  const next = new Map<string, Entry>();
  for (const [id, cluster] of clusters) {
    const entry = before.get(id);
    if (entry !== undefined && (entry.cluster === cluster || onlyBeat(entry.cluster, cluster))) {
      next.set(id, entry);
    } else {
      isSame = false;
      next.set(id, newEntry(cluster));
    }
  }
  return isSame ? before : next;
}

function newEntry(cluster: Cluster): Entry {
  const labels = Object.entries(cluster.labels).map(([key, value]) => `${key}=${value}`);
  const { name, id, rest_info, version } = cluster;
  return {
    cluster,
    text: [name, id, rest_info.server, version, ...labels].join("\n").toLowerCase(),
    name: natural(name),
  };
}

/** Whether one differs from the other in nothing but its last heartbeat and its clock. */
function onlyBeat(was: Cluster, now: Cluster): boolean {
  return factNames.every((name) => was[name] === now[name]);
}

type FactName = Exclude<keyof Cluster, "last_heartbeat" | "clock_offset_ms">;

// A cluster that only was heard from keeps the objects that it consists of, so that identity tells.
const facts: Record<FactName, true> = {
  id: true,
  name: true,
  role: true,
  rest_info: true,
  status: true,
  rule_state: true,
  link_up: true,
  link_since: true,
  desired_revision: true,
  applied_revision: true,
  digest: true,
  digest_match: true,
  version: true,
  enforcer: true,
  error: true,
  joined_at: true,
  labels: true,
  enforced_revision: true,
  inventory: true,
};
const factNames = Object.keys(facts) as FactName[];

/** A text that plain comparison sorts as people do: small and capital letters alike, numbers by their size. */
export function natural(text: string): string {
  return text.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(12, "0"));
}
