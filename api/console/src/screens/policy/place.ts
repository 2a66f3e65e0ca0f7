import type { DraftEdit } from "../../hooks/draft.ts";
import { isProvisional } from "../../hooks/draftWire.ts";

interface Named {
  kind: string;
  name: string;
}

/**
 * The order that a list has when the change set is published: edits that give a place are obeyed in the order in which
 * they stand. An "after" of 0 means first, a number behind that rule, a negative one before it.
 */
export function inPlace<R extends Named>(rows: readonly R[], edits: readonly DraftEdit[]): R[] {
  const list = [...rows];
  for (const { op, kind, name, after } of edits) {
    const from = list.findIndex((r) => r.kind === kind && r.name === name);
    const row = list[from];
    if (op === "delete" || after === undefined || row === undefined || String(Math.abs(after)) === name) {
      continue;
    }
    const anchor = list.findIndex((r) => r.name === String(Math.abs(after)));
    if (after !== 0 && anchor < 0) {
      continue; // the rule that gave the place is gone; the dry run says so
    }
    const to = after === 0 ? 0 : after > 0 ? anchor + 1 : anchor;
    list.splice(from, 1);
    list.splice(to > from ? to - 1 : to, 0, row);
  }
  return list;
}

interface Anchor {
  name: string;
  staged: string | undefined;
}

/**
 * What to say as "after", so that a rule gets a place in a list of the others. New rules have no number yet and deleted
 * ones go, so another neighbor gives the place where it can.
 */
export function afterFor(others: readonly Anchor[], place: number): number {
  const before = others[place - 1];
  const behind = others[place];
  if (before !== undefined && isFirm(before)) {
    return Number(before.name);
  }
  if (behind !== undefined && isFirm(behind)) {
    return -Number(behind.name);
  }
  const numbered = others.slice(0, place).findLast((r) => !isProvisional(r.name));
  return numbered === undefined ? 0 : Number(numbered.name);
}

function isFirm({ name, staged }: Anchor): boolean {
  return !isProvisional(name) && staged !== "deleted";
}
