import type { Scope } from "../../hooks/draft.ts";
import { useWhyNot } from "../../hooks/may.ts";
import type { RowActions, Step } from "./actions.ts";
import type { PolicyKind } from "./kind.ts";
import type { LaidRow } from "./rows.ts";
import { changeOf, copyOf, moveOf, removalOf, type Staging } from "./staging.ts";

interface Given<O> {
  of: PolicyKind<O>;
  staging: Staging;
  /** All rows of both scopes, and those that the filter leaves. */
  all: readonly LaidRow<O>[];
  shown: readonly LaidRow<O>[];
  onEdit: (row: LaidRow<O>) => void;
  onPromote: ((rows: readonly LaidRow<O>[]) => void) | undefined;
}

/** What can be done to rows: everything is staged but promoting, which the server does at once. */
export function useRowActions<O>({ of, staging, all, shown, onEdit, onPromote }: Given<O>): RowActions<O> {
  const whyNot = useWhyNot();
  const move = (list: readonly LaidRow<O>[], row: LaidRow<O>, place: number) => {
    const others = list.filter((r) => r.scope === row.scope && r.key !== row.key);
    staging.put(row.scope, [moveOf(row, others, place)]);
  };
  const placeIn = (list: readonly LaidRow<O>[], row: LaidRow<O>) =>
    list.filter((r) => r.scope === row.scope).findIndex((r) => r.key === row.key);
  const step = (row: LaidRow<O>, to: Step) => {
    const place = placeIn(shown, row);
    const last = shown.filter((r) => r.scope === row.scope).length - 1;
    switch (to) {
      case "top":
        staging.put(row.scope, [{ ...moveOf(row, [], 0), after: 0 }]);
        break;
      case "bottom":
        move(all, row, all.filter((r) => r.scope === row.scope).length - 1);
        break;
      case "up":
        if (place > 0) {
          move(shown, row, place - 1);
        }
        break;
      case "down":
        if (place < last) {
          move(shown, row, place + 1);
        }
    }
  };
  return {
    whyNot: (scope) => whyNot(scope === "fed" ? "write-federal" : "write-local"),
    edit: onEdit,
    toggle: (rows, isOn) => {
      const part = isOn ? of.toggle?.on : of.toggle?.off;
      const others = rows.filter((row) => of.toggle?.isOff(row.object) === isOn);
      if (part !== undefined) {
        inScopes(others, (scope, list) =>
          staging.put(
            scope,
            list.map((row) => changeOf(row, part)),
          ),
        );
      }
    },
    remove: (rows) => inScopes(rows, (scope, list) => staging.put(scope, list.map(removalOf))),
    undo: (row) => staging.undo(row.scope, row.kind, row.name),
    copy: (row) => {
      const taken = new Set(all.map((r) => r.name));
      staging.put(row.scope, [copyOf(of, row, taken, staging.newName(row.scope, of.kind))]);
    },
    step,
    moveTo: (row, over) => move(shown, row, placeIn(shown, over)),
    promote: onPromote,
  };
}

function inScopes<O>(rows: readonly LaidRow<O>[], act: (scope: Scope, rows: readonly LaidRow<O>[]) => void): void {
  for (const scope of ["fed", "local"] as const) {
    const list = rows.filter((row) => row.scope === scope);
    if (list.length > 0) {
      act(scope, list);
    }
  }
}
