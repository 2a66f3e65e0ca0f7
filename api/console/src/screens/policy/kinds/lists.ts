/** The first few of many, and how many more there are. */
export function few(items: readonly string[], most = 3): string {
  return items.length <= most ? items.join(", ") : `${items.slice(0, most).join(", ")} and ${items.length - most} more`;
}

/** The config of an object without what only the server says about it. */
export function without(object: object, ...fields: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([field]) => !fields.includes(field)));
}

/** What the server says about an object beside its config. */
export const told = [
  "learned",
  "reserved",
  "created_timestamp",
  "last_modified_timestamp",
  "match_counter",
  "last_match_timestamp",
  "critical",
] as const;
