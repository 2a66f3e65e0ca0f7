import type { Scope } from "../../../hooks/draft.ts";

export const fedPrefix = "fed.";
export const maxName = 512;
export const maxComment = 4096;

const nameShape = /^[a-zA-Z0-9]+[.:a-zA-Z0-9_-]*$/;

/** How many bytes a text takes: the server's limits are in bytes. */
export function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

export function tooLong(text: string, most: number): string | undefined {
  const size = bytes(text);
  return size > most ? `This takes ${size} bytes; at most ${most} are kept.` : undefined;
}

/** What is wrong with the name of an object that people name; a federated one has its prefix. */
export function checkName(name: string, scope: Scope, most = maxName): string | undefined {
  const own = scope === "fed" && name.startsWith(fedPrefix) ? name.slice(fedPrefix.length) : name;
  if (own === "") {
    return "Give it a name.";
  }
  if (!nameShape.test(name)) {
    return "Begin with a letter or a digit and use only letters, digits and . : _ -";
  }
  if (scope === "local" && name.startsWith(fedPrefix)) {
    return `Names that begin with ${fedPrefix} belong to the federation.`;
  }
  return tooLong(name, most);
}

/** What is wrong with the name of a part of an object. */
export function checkPartName(name: string, most: number): string | undefined {
  if (name === "") {
    return "Give it a name.";
  }
  return nameShape.test(name)
    ? tooLong(name, most)
    : "Begin with a letter or a digit and use only letters, digits and . : _ -";
}

/** The whole name of an object whose prefix is not typed. */
export function wholeName(own: string, scope: Scope): string {
  return scope === "fed" ? fedPrefix + own : own;
}

/** The part of a name that is typed. */
export function ownName(name: string, scope: Scope): string {
  return scope === "fed" && name.startsWith(fedPrefix) ? name.slice(fedPrefix.length) : name;
}

/** Whether a text has a character that no terminal would show. */
export function hasControl(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
