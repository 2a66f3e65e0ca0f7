import type { Scope } from "../../../hooks/draft.ts";
import type { Around } from "./around.ts";
import type { Place } from "./place.ts";
import type { Shape } from "./reading.ts";

/** What is wrong with each field; a path is "comment" or "criteria.2.value". */
export type Errors = Readonly<Record<string, string>>;

/** What every form has. */
export interface Common {
  /** Selector over the labels of clusters; empty for all, and in the local scope. */
  targets: string;
}

/** How the objects of one kind are edited: pure functions between an object and the values of its form. */
export interface KindForm<V extends Common> {
  kind: string;
  /** Values of an object in its read shape or in its config shape; those of a new object when it has no fields. */
  read: (object: Shape, scope: Scope) => V;
  /** The config that says all that the values say. */
  write: (values: V, scope: Scope) => Shape;
  /** What is wrong, as far as that is cheap to tell; the server's dry run has the last word. */
  check: (values: V, scope: Scope, around: Around) => Errors;
  /** The name that the values give the object; undefined for a kind whose numbers the server gives out. */
  nameOf?: (values: V, scope: Scope) => string;
  /** The place in an ordered kind. */
  placeOf?: (values: V) => Place;
  /** Why the object cannot be edited at all. */
  fixed?: (object: Shape) => string | undefined;
}

/** What the fields of a kind are given. */
export interface FieldsProps<V> {
  form: Form<V>;
  scope: Scope;
  around: Around;
}

/** The state of a form, for its fields. */
export interface Form<V> {
  values: V;
  set: (part: Partial<V>) => void;
  /** The props that tie an input to a path: what is wrong with it, and how it is found. */
  at: (path: string) => { error: string | undefined; "data-path": string };
}

let rows = 0;

/** A key for a line of a list, which goes where the line goes. */
export function newRow(): number {
  return ++rows;
}

/** A list with one line changed. */
export function withRow<R extends { row: number }>(list: readonly R[], row: number, part: Partial<R>): R[] {
  return list.map((r) => (r.row === row ? { ...r, ...part } : r));
}

/** Collects what is wrong; the first word about a path counts. */
export function findings() {
  const errors: Record<string, string> = {};
  return {
    errors,
    note: (path: string, reason: string | undefined) => {
      if (reason !== undefined) {
        errors[path] ??= reason;
      }
    },
  };
}
