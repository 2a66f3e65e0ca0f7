import type { Draft, DraftEdit, Edit } from "./draft.ts";

/** Kinds whose objects go by a number that the server gives out. */
const numbered: ReadonlySet<string> = new Set(["network", "admission", "response"]);

/** Whether objects of a kind go by a number that the server gives out. */
export function isNumbered(kind: string): boolean {
  return numbered.has(kind);
}

/** Whether a name stands for a number that the server has not given out yet. */
export function isProvisional(name: string): boolean {
  return /^new-\d+$/.test(name);
}

/**
 * The name of a new numbered object in the draft: "new-1", "new-2" and so on. It tells the new objects of a kind apart
 * in the browser only; it never reaches the server, and nothing can speak of it.
 */
export function provisionalName(draft: Draft, kind: string): string {
  const taken = draft.edits.filter((e) => e.kind === kind && isProvisional(e.name)).map((e) => Number(e.name.slice(4)));
  return `new-${Math.max(0, ...taken) + 1}`;
}

/**
 * The edits of a draft as a change set has them: edit n of the answer is edit n of the draft, so that the number of an
 * edit in a report is an index of the draft, too. A new numbered object is sent without its provisional name and without
 * a number: each such edit makes an object of its own, and free numbers and places are given in the order of the edits.
 * All others are named, and what only the draft knows stays here.
 */
export function toWireEdits(edits: readonly DraftEdit[]): Edit[] {
  return edits.map(toWire);
}

function toWire({ op, kind, name, object, after, isNew }: DraftEdit): Edit {
  const edit: Edit = { op, kind };
  const isUnnumbered = isNew && isNumbered(kind);
  if (!isUnnumbered) {
    edit.name = name;
  }
  if (op !== "delete" && object !== undefined) {
    edit.object = isUnnumbered ? withoutNumber(object) : object;
  }
  if (op !== "delete" && after !== undefined) {
    edit.after = after;
  }
  return edit;
}

function withoutNumber(object: unknown): unknown {
  if (typeof object !== "object" || object === null) {
    return object;
  }
  return Object.fromEntries(Object.entries(object).filter(([field]) => field !== "id"));
}
