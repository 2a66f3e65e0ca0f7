/** Where an object of an ordered kind goes. */
export type Place =
  /** Where it is; a new one: last. */
  { at: "keep" } | { at: "first" } | { at: "after" | "before"; rule: string };

/** The place that an "after" of the interface means. */
export function placeOf(after: number | undefined): Place {
  if (after === undefined) {
    return { at: "keep" };
  }
  return after === 0 ? { at: "first" } : { at: after > 0 ? "after" : "before", rule: String(Math.abs(after)) };
}

/** The "after" of the interface: missing, 0 for the first place, a number, or a negative one for before it. */
export function afterOf(place: Place): number | undefined {
  switch (place.at) {
    case "keep":
      return undefined;
    case "first":
      return 0;
    case "after":
      return Number(place.rule);
    case "before":
      return -Number(place.rule);
  }
}

/** What is wrong with a place. */
export function checkPlace(place: Place): string | undefined {
  const isRelative = place.at === "after" || place.at === "before";
  return isRelative && !/^\d+$/.test(place.rule) ? "Choose the rule that the place is given by." : undefined;
}
