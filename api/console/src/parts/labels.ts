import type { LabelChange } from "../hooks/resync.ts";

/** A label that is being edited. */
export interface LabelRow {
  /** Tells one line of the form from another. */
  id: number;
  key: string;
  value: string;
}

let lastId = 0;

export function emptyRow(): LabelRow {
  return { id: ++lastId, key: "", value: "" };
}

/** The lines of the form for labels; without labels there is one to begin with. */
export function rowsOf(labels: Record<string, string>): readonly LabelRow[] {
  const rows = Object.entries(labels).map(([key, value]) => ({ ...emptyRow(), key, value }));
  return rows.length === 0 ? [emptyRow()] : rows;
}

/** What is wrong with a line, before the server is asked; an empty line is left out and not wrong. */
export function wrongWith(row: LabelRow, rows: readonly LabelRow[]): string | undefined {
  const key = row.key.trim();
  if (key === "") {
    return row.value === "" ? undefined : "A label needs a key.";
  }
  return rows.some((other) => other.id !== row.id && other.key.trim() === key) ? "This key is there twice." : undefined;
}

/** The change from the labels as they are to what the form says; with many clusters, an empty value takes one away. */
export function changeOf(labels: Record<string, string>, rows: readonly LabelRow[], isMany: boolean): LabelChange {
  const change: LabelChange = {};
  const named = new Set<string>();
  for (const { key: typed, value } of rows) {
    const key = typed.trim();
    named.add(key);
    if (key !== "" && (isMany || labels[key] !== value.trim())) {
      change[key] = isMany && value.trim() === "" ? null : value.trim();
    }
  }
  for (const key of Object.keys(labels)) {
    if (!named.has(key)) {
      change[key] = null;
    }
  }
  return change;
}
