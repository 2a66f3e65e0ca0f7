import { kindName } from "../../../parts/kinds.ts";
import { count } from "../../../ui/number.ts";
import { eventWords } from "../events/words.ts";
import type { ChangeSet } from "./useChangeSets.ts";

/** So many objects are named in one line. */
const few = 3;

/** What a change set did, in one line: "3 groups defined, 1 webhook removed". */
export function summaryOf({ kinds }: Pick<ChangeSet, "kinds">): string {
  return Object.entries(kinds)
    .map(([kind, n]) => (n === 1 ? eventWords(kind) : `${count(n)} × ${eventWords(kind)}`))
    .join(", ");
}

/** What a change set is about, in one line: the first of its objects by name. */
export function objectsOf({ objects, events }: Pick<ChangeSet, "objects" | "events">): string {
  if (objects.length === 0) {
    return "";
  }
  const named = objects.slice(0, few).map(({ kind, name }) => `${kindName(kind)} ${name}`);
  const more = Math.max(objects.length, Math.min(events, objects.length + 1)) - named.length;
  return more > 0 ? `${named.join(", ")} …` : named.join(", ");
}
