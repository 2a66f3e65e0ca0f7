import type { Scope } from "../../hooks/draft.ts";
import type { PolicyKind } from "./kind.ts";
import type { LaidRow } from "./rows.ts";

/** The rows of a scope that have every word of a text in what is shown of them. */
export function fitting<O>(
  of: PolicyKind<O>,
  rows: readonly LaidRow<O>[],
  q: string,
  scope: Scope | undefined,
): readonly LaidRow<O>[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0 && scope === undefined) {
    return rows;
  }
  return rows.filter((row) => {
    if (scope !== undefined && row.scope !== scope) {
      return false;
    }
    const text = words.length === 0 ? "" : textOf(of, row);
    return words.every((word) => text.includes(word));
  });
}

function textOf<O>(of: PolicyKind<O>, { name, object, staged }: LaidRow<O>): string {
  const isOff = of.toggle?.isOff(object) === true;
  const parts = [name, ...of.columns.map((c) => c.text(object)), of.targets(object), isOff ? "disabled" : "", staged];
  return parts.join("\n").toLowerCase();
}
