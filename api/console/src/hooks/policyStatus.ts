import { useQuery } from "@tanstack/react-query";
import { api, ask, type Wire } from "../api.ts";
import { useView, type View } from "./view.ts";

/** How one federated object does in all clusters that it is for. */
export interface ObjectStatus {
  /** How many clusters are in each state. */
  counts: ReadonlyMap<string, number>;
  /** The clusters in which it is not simply in force. */
  wrong: readonly Wire["ObjectState"][];
  /** Whether there are more clusters than were read. */
  isMore: boolean;
}

/** So many clusters are read; the matrix has all. */
const most = 1_000;

/** How one federated object does; only the master knows. */
export function useObjectStatus(kind: string, name: string): View<ObjectStatus> {
  const query = useQuery({
    queryKey: ["status", undefined, kind, name],
    queryFn: async ({ signal }): Promise<ObjectStatus> => {
      const { states, next } = await ask(
        api().GET("/v1/fed/status", { params: { query: { kind, name, limit: most } }, signal }),
      );
      return { ...summed(states), isMore: next !== "" };
    },
  });
  return useView(query);
}

/** How many clusters are in each state, and those that need a look. */
export function summed(states: readonly Wire["ObjectState"][]): Pick<ObjectStatus, "counts" | "wrong"> {
  const counts = new Map<string, number>();
  for (const { state } of states) {
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return { counts, wrong: states.filter((s) => s.state !== "enforced" && s.state !== "idle") };
}
