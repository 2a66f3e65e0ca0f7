import { createContext, use, useEffect, useEffectEvent, useSyncExternalStore } from "react";
import type { Feed, LiveFeed, Messages } from "../feed.ts";

/** The feed of the signed-in page; null while nobody is signed in. */
export const FeedContext = createContext<LiveFeed | null>(null);

const connecting: Feed = { is: "connecting" };

/** How the live feed does. */
export function useFeed(): Feed {
  const feed = use(FeedContext);
  return useSyncExternalStore(feed?.subscribe ?? idle, feed?.current ?? (() => connecting));
}

/** Calls back for every message of a name while the component is there. */
export function useMessage<K extends keyof Messages>(name: K, handle: (data: Messages[K]) => void): void {
  const feed = use(FeedContext);
  const latest = useEffectEvent(handle);
  useEffect(() => feed?.on(name, (data) => latest(data)), [feed, name]);
}

/** Calls back whenever the server refuses the feed while the component is there. */
export function useRefusedFeed(handle: () => void): void {
  const feed = use(FeedContext);
  const latest = useEffectEvent(handle);
  useEffect(() => feed?.onRefused(() => latest()), [feed]);
}

function idle(): () => void {
  return () => undefined;
}
