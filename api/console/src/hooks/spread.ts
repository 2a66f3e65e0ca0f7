import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Wire } from "../api.ts";
import { useMessage } from "./feed.ts";

export type Spread = Wire["LiveSpread"];

/** So many change sets are kept that were seen on their way; older ones are in the history. */
const mostKept = 20;

const key = ["spread"];
const none: readonly Spread[] = [];

/** How the newest change sets spread, as far as this page has heard of it; the newest first. */
export function useSpreads(): readonly Spread[] {
  return useQuery({ queryKey: key, queryFn: () => none, enabled: false, initialData: none, gcTime: Infinity }).data;
}

/** Keeps what the feed tells of change sets on their way. It is used once, by the frame. */
export function useSpreadUpdates(): void {
  const client = useQueryClient();
  useEffect(() => client.setQueryDefaults(key, { gcTime: Infinity }), [client]);
  useMessage("spread", (spread) => {
    client.setQueryData<readonly Spread[]>(key, (before) => withSpread(before ?? none, spread));
  });
}

/** The spreads with the newest word of one of them. */
export function withSpread(before: readonly Spread[], spread: Spread): readonly Spread[] {
  return [spread, ...before.filter((s) => s.revision !== spread.revision)]
    .sort((a, b) => b.revision - a.revision)
    .slice(0, mostKept);
}
