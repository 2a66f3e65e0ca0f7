import type { Scope } from "../../hooks/draft.ts";
import type { LaidRow } from "./rows.ts";

/** Where a rule can be taken to by the menu. */
export type Step = "top" | "up" | "down" | "bottom";

/** What can be done to the rows of a list. */
export interface RowActions<O> {
  /** Why the rows of a scope cannot be changed; undefined when they can. */
  whyNot: (scope: Scope) => string | undefined;
  edit: (row: LaidRow<O>) => void;
  toggle: (rows: readonly LaidRow<O>[], isOn: boolean) => void;
  remove: (rows: readonly LaidRow<O>[]) => void;
  undo: (row: LaidRow<O>) => void;
  copy: (row: LaidRow<O>) => void;
  step: (row: LaidRow<O>, to: Step) => void;
  /** Puts a row where another one of its scope is. */
  moveTo: (row: LaidRow<O>, over: LaidRow<O>) => void;
  /** Makes federated rules of the cluster's own; undefined where that is not done. */
  promote: ((rows: readonly LaidRow<O>[]) => void) | undefined;
}
