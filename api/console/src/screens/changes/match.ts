import type { Wire } from "../../api.ts";
import type { DraftEdit } from "../../hooks/draft.ts";
import { isNumbered } from "../../hooks/draftWire.ts";
import { kinds } from "../../parts/kinds.ts";

type Report = Wire["ChangeReport"];
type Delta = Wire["Delta"];

/** An edit with what the dry run says of it. */
export interface JudgedEdit {
  edit: DraftEdit;
  /** What becomes of its object; undefined when nothing does, or when nothing was decided. */
  delta: Delta | undefined;
  problems: readonly string[];
}

export interface Judged {
  edits: readonly JudgedEdit[];
  /** What changes and is no edit of ours: it follows from them. */
  others: readonly Delta[];
  /** What is wrong and belongs to no single edit. */
  problems: readonly string[];
}

/** Says of each edit what the report of its dry run has about it. */
export function judge(edits: readonly DraftEdit[], report: Report | undefined): Judged {
  const left = new Map((report?.deltas ?? []).map((d) => [keyOf(d.kind, d.name), d]));
  const take = (key: string | undefined): Delta | undefined => {
    const delta = key === undefined ? undefined : left.get(key);
    if (key !== undefined) {
      left.delete(key);
    }
    return delta;
  };
  const named = edits.map((e) => (isUnnumbered(e) ? undefined : take(keyOf(e.kind, e.name))));
  const judged = edits.map((edit, i): JudgedEdit => ({
    edit,
    // The server gives free numbers in the order of the edits.
    delta: isUnnumbered(edit) ? take(lowestNew(left, edit.kind)) : named[i],
    problems: (report?.problems ?? []).filter((p) => p.edit === i).map((p) => p.message),
  }));
  const stray = (report?.problems ?? []).filter((p) => p.edit < 0 || p.edit >= edits.length);
  return { edits: judged, others: [...left.values()], problems: stray.map((p) => p.message) };
}

function isUnnumbered(edit: DraftEdit): boolean {
  return edit.isNew && isNumbered(edit.kind);
}

function keyOf(kind: string, name: string): string {
  return `${kind}/${name}`;
}

function lowestNew(left: ReadonlyMap<string, Delta>, kind: string): string | undefined {
  let lowest: Delta | undefined;
  for (const delta of left.values()) {
    const isOne = delta.kind === kind && delta.change === "created";
    if (isOne && (lowest === undefined || Number(delta.name) < Number(lowest.name))) {
      lowest = delta;
    }
  }
  return lowest === undefined ? undefined : keyOf(lowest.kind, lowest.name);
}

const order = new Map(kinds.flatMap(({ kind, also }) => [kind, ...also]).map((kind, i) => [kind, i]));

/** Edits by kind, in the order of the menu. */
export function byKind(edits: readonly JudgedEdit[]): [kind: string, edits: readonly JudgedEdit[]][] {
  const groups = new Map<string, JudgedEdit[]>();
  for (const one of edits) {
    groups.set(one.edit.kind, [...(groups.get(one.edit.kind) ?? []), one]);
  }
  return [...groups].sort(([a], [b]) => (order.get(a) ?? order.size) - (order.get(b) ?? order.size));
}
