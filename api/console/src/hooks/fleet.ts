import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ask, type Wire } from "../api.ts";
import { useMessage } from "./feed.ts";
import { useView, type View } from "./view.ts";

export type Cluster = Wire["ClusterSummary"];

/** The summary of the federation, kept up to date by the live feed. */
export interface Fleet {
  role: string;
  /** The server's clock at the newest message, in milliseconds since 1970. */
  time: number;
  /** By id: the own cluster first, then by name. */
  clusters: ReadonlyMap<string, Cluster>;
}

/** The summary of the cluster that serves the page; a remote or standalone one knows only itself. */
export const fleetQuery = queryOptions({
  queryKey: ["fleet"],
  queryFn: async ({ signal }): Promise<Fleet> => {
    const summary = await ask(api().GET("/v1/fed/summary", { signal }));
    return {
      role: summary.fed_role,
      time: Date.parse(summary.time),
      clusters: new Map(summary.clusters.map((c) => [c.id, c])),
    };
  },
  staleTime: Infinity,
  structuralSharing: false, // each message makes its own copy of what it changes
});

export function useFleet(): View<Fleet> {
  return useView(useQuery(fleetQuery));
}

/** One cluster of the fleet; undefined while the fleet is not known, null when it is not in it. */
export function useCluster(id: string | undefined): Cluster | null | undefined {
  return useQuery({
    ...fleetQuery,
    enabled: id !== undefined,
    select: (fleet) => (id === undefined ? null : (fleet.clusters.get(id) ?? null)),
  }).data;
}

/** Keeps the summary up to date. It is used once, by the frame. */
export function useFleetUpdates(): void {
  const client = useQueryClient();
  useMessage("fleet", (message) => {
    client.setQueryData(fleetQuery.queryKey, (fleet) => fleet && applyFleet(fleet, message));
  });
}

/** The fleet after a message. */
export function applyFleet(fleet: Fleet, message: Wire["LiveFleet"]): Fleet {
  const clusters = new Map(fleet.clusters);
  for (const cluster of message.clusters) {
    clusters.set(cluster.id, cluster);
  }
  for (const [id, [at, offset]] of Object.entries(message.beats)) {
    const known = clusters.get(id);
    if (known !== undefined && at !== undefined && offset !== undefined) {
      clusters.set(id, { ...known, last_heartbeat: new Date(at).toISOString(), clock_offset_ms: offset });
    }
  }
  for (const id of message.gone) {
    clusters.delete(id);
  }
  return { ...fleet, time: Date.parse(message.time), clusters };
}
