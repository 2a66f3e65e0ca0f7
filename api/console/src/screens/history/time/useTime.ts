import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, ask, type Target, type Wire } from "../../../api.ts";
import { useView, type View } from "../../../hooks/view.ts";
import { ticksOf, writeMoment, type Moment, type Tick } from "./moments.ts";

/** So many change sets are on the line of time at most. */
const pages = 10;
const pageSize = 500;

/** The change sets on the line of time, and whether those from the beginning are among them. */
export interface Line {
  ticks: readonly Tick[];
  isWhole: boolean;
}

/** The life of the policy: its change sets in the order of time. */
export function useLine(): View<Line> {
  return useView(
    useQuery({
      queryKey: ["revisions", undefined, "line"],
      queryFn: async ({ signal }): Promise<Line> => {
        const sets: Wire["Revision"][] = [];
        let before = 0;
        for (let page = 0; page < pages; page++) {
          const query = { limit: pageSize, ...(before === 0 ? {} : { before }) };
          const { revisions, next } = await ask(api().GET("/v1/fed/revision", { params: { query }, signal }));
          sets.push(...revisions);
          before = next;
          if (next === 0) {
            break;
          }
        }
        return { ticks: ticksOf(sets), isWhole: before === 0 };
      },
    }),
  );
}

/** The policy at a moment, whole or as a cluster had it. Its key says that what is past does not become old. */
export function usePolicyAt(at: Target, moment: Moment, cluster: string | undefined): View<Wire["PolicyAt"]> {
  const query = {
    ...(moment.is === "revision" ? { revision: moment.revision } : {}),
    ...(moment.is === "time" ? { at: moment.at } : {}),
    ...(cluster === undefined ? {} : { cluster }),
  };
  return useView(
    useQuery({
      queryKey: [moment.is === "now" ? "history" : "past", at, "policy", query],
      queryFn: ({ signal }) => ask(api(at).GET("/v1/fed/policy", { params: { query }, signal })),
      placeholderData: keepPreviousData,
      gcTime: 60_000,
      ...(moment.is === "now" ? {} : { staleTime: Infinity }),
      ...(at === undefined ? {} : { refetchInterval: 5_000 }), // the feed is the master's
    }),
  );
}

/** What became of the policy between two moments. */
export function useDiff(from: Moment, to: Moment, cluster: string | undefined): View<Wire["Diff"]> {
  const until = writeMoment(to);
  const query = {
    from: writeMoment(from) ?? new Date().toISOString(),
    ...(until === undefined ? {} : { to: until }),
    ...(cluster === undefined ? {} : { cluster }),
  };
  return useView(
    useQuery({
      queryKey: [to.is === "now" ? "history" : "past", undefined, "diff", writeMoment(from), until, cluster],
      queryFn: ({ signal }) => ask(api().GET("/v1/fed/diff", { params: { query }, signal })),
      placeholderData: keepPreviousData,
      gcTime: 60_000,
    }),
  );
}
