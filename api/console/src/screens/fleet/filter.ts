import { statusOrder } from "../../parts/words.ts";
import type { Entry, Facts } from "./facts.ts";

/** Which clusters are shown. */
export interface Filter {
  /** Every word of it must be in a cluster's name, id, address, version or labels. */
  words: readonly string[];
  /** One of these; empty for all. */
  statuses: ReadonlySet<string>;
  /** All of these: key=value, or a key alone. */
  labels: readonly string[];
  version: string | undefined;
}

/** What the URL of the page says of it. */
export interface FilterSearch {
  q?: string | undefined;
  status?: string | undefined;
  label?: string | undefined;
  version?: string | undefined;
}

/** Reads a filter from the URL. */
export function readFilter({ q, status, label, version }: FilterSearch): Filter {
  return {
    words: (q ?? "").toLowerCase().split(/\s+/).filter(Boolean),
    statuses: new Set(listed(status)),
    labels: listed(label),
    version,
  };
}

/** A list as the URL has it, with a comma between two. */
export function listed(text: string | undefined): string[] {
  return (text ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);
}

/** What a filter lets through, in the order of the facts, and how many there are by status without that choice. */
export interface Filtered {
  entries: readonly Entry[];
  byStatus: ReadonlyMap<string, number>;
}

export function filtered(facts: Facts, filter: Filter): Filtered {
  const entries: Entry[] = [];
  const byStatus = new Map<string, number>();
  for (const entry of facts.values()) {
    const { status } = entry.cluster;
    if (matches(entry, filter)) {
      byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
      if (filter.statuses.size === 0 || filter.statuses.has(status)) {
        entries.push(entry);
      }
    } else if (!byStatus.has(status)) {
      byStatus.set(status, 0);
    }
  }
  return { entries, byStatus };
}

function matches({ text, cluster }: Entry, { words, labels, version }: Filter): boolean {
  return (
    words.every((word) => text.includes(word)) &&
    (version === undefined || cluster.version === version) &&
    labels.every((label) => hasLabel(cluster.labels, label))
  );
}

function hasLabel(labels: Record<string, string>, wanted: string): boolean {
  const at = wanted.indexOf("=");
  return at < 0 ? wanted in labels : labels[wanted.slice(0, at)] === wanted.slice(at + 1);
}

/** Statuses in the order in which they need attention; those that this console does not know come last. */
export function inOrder(statuses: Iterable<string>): string[] {
  const place = (status: string) => {
    const at = statusOrder.indexOf(status);
    return at < 0 ? statusOrder.length : at;
  };
  return [...statuses].sort((a, b) => place(a) - place(b));
}

/** What can be chosen: versions, and labels by key and as key=value. */
export interface Choices {
  versions: readonly string[];
  keys: readonly string[];
  labels: readonly string[];
}

/** So many labels are offered; more can be typed. */
const mostLabels = 300;

export function choicesOf(facts: Facts): Choices {
  const versions = new Set<string>();
  const keys = new Set<string>();
  const labels = new Set<string>();
  for (const { cluster } of facts.values()) {
    if (cluster.version !== "") {
      versions.add(cluster.version);
    }
    for (const [key, value] of Object.entries(cluster.labels)) {
      keys.add(key);
      if (labels.size < mostLabels) {
        labels.add(`${key}=${value}`);
      }
    }
  }
  return { versions: [...versions].sort(), keys: [...keys].sort(), labels: [...labels].sort() };
}
