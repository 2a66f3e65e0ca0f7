/** The pages of the history. */
export const tabs = ["changes", "time", "events", "audit"] as const;
export type Tab = (typeof tabs)[number];

/** The search of the route as it is in the URL. */
export interface Search {
  tab?: string | undefined;
  kind?: string | undefined;
  name?: string | undefined;
  cluster?: string | undefined;
  actor?: string | undefined;
  command?: string | undefined;
  from?: string | undefined;
  until?: string | undefined;
  /** The change set that is open. */
  revision?: string | undefined;
  /** The moment that is looked at: a revision or a time. */
  moment?: string | undefined;
  /** The moment that it is compared with. */
  compare?: string | undefined;
}

/** Names in the URL that filter events, and mean them when no tab is named. */
const ofEvents = ["kind", "name", "cluster", "actor", "command", "from", "until"] as const;

/** The page that the URL means: links from elsewhere say what they are about and not on which page that is. */
export function tabOf(search: Search): Tab {
  const named = tabs.find((tab) => tab === search.tab);
  if (named !== undefined) {
    return named;
  }
  if (search.moment !== undefined) {
    return "time";
  }
  return search.revision === undefined && ofEvents.some((name) => search[name] !== undefined) ? "events" : "changes";
}

/** A revision from the URL; undefined when the text is none. */
export function readRevision(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
