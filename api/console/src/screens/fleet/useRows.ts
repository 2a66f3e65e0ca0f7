import { useThrottledValue } from "@mantine/hooks";
import { useMemo, useState } from "react";
import type { Cluster } from "../../hooks/fleet.ts";
import type { Sort } from "../../ui/VirtualTable.tsx";
import { factsOf, type Facts } from "./facts.ts";
import { choicesOf, filtered, type Filter } from "./filter.ts";
import { isByBeat, ordered } from "./order.ts";

const none: Facts = new Map();

/** When the order depends on heartbeats, it is found anew only so often: rows that jump cannot be read. */
const resortMs = 2_000;

/** The clusters that a filter lets through, in an order. Heartbeats alone neither filter nor sort them anew. */
export function useRows(clusters: ReadonlyMap<string, Cluster>, filter: Filter, sort: Sort) {
  const facts = useFacts(clusters);
  const found = useMemo(() => filtered(facts, filter), [facts, filter]);
  const choices = useMemo(() => choicesOf(facts), [facts]);
  const slow = useThrottledValue(isByBeat(sort) ? clusters : unheard, resortMs);
  const now = isByBeat(sort) && slow.size === 0 ? clusters : slow;
  const ids = useMemo(() => ordered(found.entries, sort, now), [found, sort, now]);
  const rows = useMemo(() => {
    const list: Cluster[] = [];
    for (const id of ids) {
      const cluster = clusters.get(id);
      if (cluster !== undefined) {
        list.push(cluster);
      }
    }
    return list;
  }, [ids, clusters]);
  return { rows, facts, found, choices };
}

const unheard: ReadonlyMap<string, Cluster> = new Map();

function useFacts(clusters: ReadonlyMap<string, Cluster>): Facts {
  const [facts, setFacts] = useState(none);
  const next = useMemo(() => factsOf(facts, clusters), [facts, clusters]);
  if (next !== facts) {
    setFacts(next);
  }
  return next;
}
