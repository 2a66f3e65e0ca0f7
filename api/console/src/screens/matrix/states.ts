/** The states of an object in a cluster with the letters that the matrix has for them, the most urgent first. */
export const states = [
  { letter: "f", state: "failed" },
  { letter: "u", state: "unsupported" },
  { letter: "p", state: "partial" },
  { letter: "?", state: "unknown" },
  { letter: "w", state: "pending" },
  { letter: "i", state: "idle" },
  { letter: "e", state: "enforced" },
] as const;

export type StateName = (typeof states)[number]["state"];

/** What stands where an object is not for a cluster. */
export const notFor = "-";

const byLetter = new Map<string, StateName>(states.map(({ letter, state }) => [letter, state]));
const byState = new Map<string, string>(states.map(({ letter, state }) => [state, letter]));

/** The state that a letter stands for; undefined where the object is not for the cluster. */
export function stateOf(letter: string | undefined): StateName | undefined {
  return letter === undefined ? undefined : byLetter.get(letter);
}

/** The letter of a state. */
export function letterOf(state: string): string | undefined {
  return byState.get(state);
}

/** The states that need a look: all but those of an object that is in force, or held where nothing enforces. */
export const problems: readonly StateName[] = states
  .map(({ state }) => state)
  .filter((state) => state !== "enforced" && state !== "idle");

/** Reads the states from the URL: "problems", or names with commas between; undefined for all. */
export function readOnly(text: string | undefined): ReadonlySet<StateName> | undefined {
  if (text === "problems") {
    return new Set(problems);
  }
  const named = new Set(text?.split(",") ?? []);
  const known = states.map(({ state }) => state).filter((state) => named.has(state));
  return known.length === 0 ? undefined : new Set(known);
}

/** Writes the states for the URL; undefined for all. */
export function writeOnly(only: ReadonlySet<StateName> | undefined): string | undefined {
  if (only === undefined || only.size === 0) {
    return undefined;
  }
  const isProblems = only.size === problems.length && problems.every((state) => only.has(state));
  return isProblems
    ? "problems"
    : states
        .map(({ state }) => state)
        .filter((state) => only.has(state))
        .join(",");
}
