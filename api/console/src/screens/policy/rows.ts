import type { DraftEdit, Scope } from "../../hooks/draft.ts";
import type { PolicyRow } from "../../hooks/policy.ts";
import type { Config } from "./kind.ts";
import { inPlace } from "./place.ts";

/** What the draft does to an object; undefined when it does nothing. */
export type Staged = "created" | "changed" | "moved" | "deleted" | undefined;

/** An object as it is with the edits of the draft. */
export interface LaidRow<O> extends PolicyRow<O> {
  /** Tells it from all others on the page. */
  key: string;
  staged: Staged;
  /** Whether the draft gives it another place, beside what else it does. */
  isMoved: boolean;
  edit: DraftEdit | undefined;
  /** As it is stored; undefined for a new one. */
  stored: O | undefined;
  /** Its place in its scope from 1, where the order matters. */
  place: number;
}

interface Laying<O> {
  kind: string;
  scope: Scope;
  isOrdered: boolean;
  rows: readonly PolicyRow<O>[];
  edits: readonly DraftEdit[];
  /** The object that a config makes of another, or of nothing. */
  read: (was: O | undefined, config: Config, name: string) => O;
}

/** Lays the edits of a draft over the objects of its scope: what is new, changed, moved or deleted is marked. */
export function laid<O>({ kind, scope, isOrdered, rows, edits, read }: Laying<O>): LaidRow<O>[] {
  const own = new Map(edits.filter((e) => e.kind === kind).map((e) => [e.name, e]));
  const stored = rows.map((row): LaidRow<O> => {
    const edit = own.get(row.name);
    const isGone = edit?.op === "delete";
    const config = edit === undefined || isGone ? undefined : configOf(edit);
    return {
      ...row,
      key: `${scope}/${row.name}`,
      object: config === undefined ? row.object : read(row.object, config, row.name),
      stored: row.object,
      edit,
      staged: edit === undefined ? undefined : isGone ? "deleted" : isMoveOnly(edit) ? "moved" : "changed",
      isMoved: edit?.after !== undefined && !isGone,
      place: 0,
    };
  });
  const names = new Set(rows.map((r) => r.name));
  const fresh = [...own.values()]
    .filter((e) => e.op !== "delete" && !names.has(e.name))
    .map((edit): LaidRow<O> => {
      const object = read(undefined, configOf(edit), edit.name);
      const key = `${scope}/${edit.name}`;
      const { name } = edit;
      return {
        kind,
        name,
        scope,
        object,
        key,
        stored: undefined,
        edit,
        staged: "created",
        isMoved: edit.after !== undefined,
        place: 0,
      };
    });
  const all = isOrdered ? inPlace([...stored, ...fresh], edits) : [...fresh, ...stored];
  return all.map((row, i) => ({ ...row, place: i + 1 }));
}

/** The config that an edit says. */
export function configOf(edit: DraftEdit | undefined): Config {
  const { object } = edit ?? {};
  return typeof object === "object" && object !== null ? Object.fromEntries(Object.entries(object)) : {};
}

/** Whether an edit says nothing but a place. */
function isMoveOnly(edit: DraftEdit): boolean {
  return edit.after !== undefined && Object.keys(configOf(edit)).every((field) => field === "id");
}
