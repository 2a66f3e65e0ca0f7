import { kinds } from "./kinds.ts";

/** The kind whose page of the policy shows the objects of a kind: that of the admission rules shows their state, too. */
export function pageKind(kind: string): string {
  return kinds.find((k) => k.kind === kind || k.also.includes(kind))?.kind ?? "group";
}
