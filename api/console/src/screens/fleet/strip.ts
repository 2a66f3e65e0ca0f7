import type { Cluster } from "../../hooks/fleet.ts";
import { statusOrder, statusWord } from "../../parts/words.ts";
import { count } from "../../ui/number.ts";
import { natural, type Entry } from "./facts.ts";
import { inOrder } from "./filter.ts";

/** The clusters that a picture shows together. */
export interface Cells {
  /** Value of the label; undefined for clusters without it, and when nothing groups them. */
  value: string | undefined;
  /** Those that need attention first, then by name. */
  clusters: readonly Cluster[];
}

/** So many groups are drawn; with more, a label tells too little to group by. */
export const mostGroups = 200;

/** Clusters by the value of a label, or all together without one. */
export function grouped(entries: readonly Entry[], key: string | undefined): readonly Cells[] {
  const groups = new Map<string | undefined, Entry[]>();
  for (const entry of entries) {
    const value = key === undefined ? undefined : entry.cluster.labels[key];
    const group = groups.get(value);
    if (group === undefined) {
      groups.set(value, [entry]);
    } else {
      group.push(entry);
    }
  }
  return [...groups]
    .map(([value, group]) => ({ value, sortKey: value === undefined ? "\uffff" : natural(value), group }))
    .sort((a, b) => (a.sortKey < b.sortKey ? -1 : 1))
    .map(({ value, group }) => ({ value, clusters: group.sort(byNeed).map((entry) => entry.cluster) }));
}

function byNeed(a: Entry, b: Entry): number {
  const place = statusOrder.indexOf(a.cluster.status) - statusOrder.indexOf(b.cluster.status);
  return place === 0 ? (a.name < b.name ? -1 : 1) : place;
}

/** What a group consists of, in words: "12 clusters: 1 disconnected, 11 synced". */
export function inWords(clusters: readonly Cluster[]): string {
  const numbers = new Map<string, number>();
  for (const { status } of clusters) {
    numbers.set(status, (numbers.get(status) ?? 0) + 1);
  }
  const parts = inOrder(numbers.keys()).map((status) => `${count(numbers.get(status))} ${statusWord(status).label}`);
  return `${count(clusters.length)} ${clusters.length === 1 ? "cluster" : "clusters"}: ${parts.join(", ")}`;
}

/** The side of a cell with the gap beside it, by how many there are to draw. */
export function cellSize(cells: number): number {
  return cells <= 300 ? 26 : cells <= 2_000 ? 18 : 13;
}

/** Where a key leads from a cell; undefined when it leads nowhere. */
export function nextCell(key: string, from: number, cells: number, perLine: number): number | undefined {
  const to = {
    ArrowRight: from + 1,
    ArrowLeft: from - 1,
    ArrowDown: from + perLine,
    ArrowUp: from - perLine,
    Home: 0,
    End: cells - 1,
  }[key];
  return to === undefined ? undefined : Math.max(0, Math.min(cells - 1, to));
}
