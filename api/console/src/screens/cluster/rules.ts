import type { Wire } from "../../api.ts";
import { kindName } from "../../parts/kinds.ts";
import type { Sort } from "../../ui/VirtualTable.tsx";

export type ObjectState = Wire["ObjectState"];

/** States in the order in which they need attention. */
const order = ["failed", "unsupported", "partial", "pending", "unknown", "idle", "enforced"];

const place = (state: string) => {
  const at = order.indexOf(state);
  return at < 0 ? order.length : at;
};

/** How many objects there are in each state, what needs attention first. */
export function byState(states: readonly ObjectState[]): [string, number][] {
  const numbers = new Map<string, number>();
  for (const { state } of states) {
    numbers.set(state, (numbers.get(state) ?? 0) + 1);
  }
  return [...numbers].sort(([a], [b]) => place(a) - place(b));
}

/** The objects with all words in them, in one of the states, or in any when none is chosen. */
export function found(states: readonly ObjectState[], q: string, chosen: ReadonlySet<string>): ObjectState[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  return states.filter((s) => {
    const text = `${kindName(s.kind)} ${s.name} ${s.reason}`.toLowerCase();
    return (chosen.size === 0 || chosen.has(s.state)) && words.every((word) => text.includes(word));
  });
}

const keys: Record<string, (s: ObjectState) => string | number> = {
  kind: (s) => kindName(s.kind),
  name: (s) => s.name.replace(/\d+/g, (digits) => digits.padStart(12, "0")),
  state: (s) => place(s.state),
  revision: (s) => s.applied_revision ?? -1,
  since: (s) => (s.since === null ? -1 : Date.parse(s.since)),
};

export const sortable = Object.keys(keys);

/** The objects in an order. */
export function ordered(states: readonly ObjectState[], { by, isDown }: Sort): ObjectState[] {
  const keyOf = keys[by] ?? ((s: ObjectState) => place(s.state));
  const sign = isDown ? -1 : 1;
  return states
    .map((state) => ({ state, key: keyOf(state) }))
    .sort((a, b) => (a.key === b.key ? 0 : a.key < b.key ? -sign : sign))
    .map(({ state }) => state);
}
