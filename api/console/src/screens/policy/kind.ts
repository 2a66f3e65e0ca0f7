import type { ReactNode } from "react";
import type { PolicyRows } from "../../hooks/policy.ts";

/** What a request says about an object: the config of its kind, as far as it says something. */
export type Config = Readonly<Record<string, unknown>>;

/** A column of a list. */
export interface Column<O> {
  key: string;
  title: string;
  /** Track of the grid. */
  width: string;
  /** As plain text: for the filter, and what stands there unless something else is drawn. */
  text: (object: O) => string;
  cell?: (object: O) => ReactNode;
  isNumber?: boolean;
}

/** Another object that speaks of one, or that it belongs to. */
export interface Link {
  kind: string;
  name: string;
}

/** What a list has to know of a kind. */
export interface PolicyKind<O> {
  kind: string;
  useRows: (isWanted?: boolean) => PolicyRows<O>;
  columns: readonly Column<O>[];
  targets: (object: O) => string;
  /** Lays a config over an object; over a blank one for a new object. */
  read: (was: O | undefined, config: Config, name: string) => O;
  /** The whole config of an object. */
  config: (object: O) => Config;
  /** How it is switched on and off, where it can be. */
  toggle?: { isOff: (object: O) => boolean; on: Config; off: Config };
  /** What was made by the system: it can be looked at only. */
  isPredefined?: (object: O) => boolean;
  /** Whether a copy makes sense: under a new number, or under a new name. */
  copies?: "number" | "name";
  isOrdered?: boolean;
  /** Whether local ones can be made federated ones. */
  canPromote?: boolean;
  /** What goes away with an object. */
  takesAlong?: string;
  /** Where an object is used. */
  usedBy?: (object: O) => readonly Link[];
}
