import type { Cluster } from "../../hooks/fleet.ts";

/** How many clusters hold a revision, as their summaries have it, and which do not. */
export interface Spreading {
  of: number;
  reached: number;
  missing: readonly Missing[];
}

/** A cluster that does not hold a revision, with what is known of it; nothing is when it left the fleet meanwhile. */
export interface Missing {
  name: string;
  cluster: Cluster | undefined;
}

/** Says which of the named clusters do not hold a revision yet. */
export function spreading(names: readonly string[], clusters: Iterable<Cluster>, revision: number): Spreading {
  const byName = new Map<string, Cluster>();
  for (const cluster of clusters) {
    byName.set(cluster.name, cluster);
  }
  const missing = names
    .map((name): Missing => ({ name, cluster: byName.get(name) }))
    .filter(({ cluster }) => cluster === undefined || !holds(cluster, revision));
  return { of: names.length, reached: names.length - missing.length, missing };
}

function holds({ applied_revision, status }: Cluster, revision: number): boolean {
  return applied_revision >= revision && status !== "disconnected" && status !== "diverged";
}

/** Why a cluster does not hold it, as one clause. */
export function reasonOf({ cluster }: Missing): string {
  switch (cluster?.status) {
    case undefined:
      return "no longer in the fleet";
    case "disconnected":
      return "disconnected; it gets it when it is back";
    case "diverged":
      return "diverged; it fetches all rules anew";
    case "joined":
      return "joined, and has not reported yet";
    default:
      return cluster?.error === "" ? "on its way" : `on its way: ${cluster?.error ?? ""}`;
  }
}
