import type { UseQueryResult } from "@tanstack/react-query";
import { asProblem, type Problem } from "../api.ts";
import { useFeed } from "./feed.ts";

/** What a screen draws. Stale data is shown as such, with the time since when nothing newer is known. */
export type View<T> =
  | { is: "loading" }
  | { is: "failed"; problem: Problem; retry: () => void }
  | { is: "live"; data: T }
  | { is: "stale"; data: T; since: Date };

/** The view of a query: stale when the last try failed or the server is not heard from. */
export function useView<T>(query: UseQueryResult<T>): View<T> {
  const feed = useFeed();
  if (query.data === undefined) {
    if (query.isError && query.fetchStatus !== "fetching") {
      return { is: "failed", problem: asProblem(query.error), retry: () => void query.refetch() };
    }
    return { is: "loading" };
  }
  if (feed.is === "stale") {
    return { is: "stale", data: query.data, since: feed.since };
  }
  if (query.isError) {
    return { is: "stale", data: query.data, since: new Date(query.dataUpdatedAt) };
  }
  return { is: "live", data: query.data };
}
