import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, ask, type Wire } from "../../../api.ts";
import { useTarget } from "../../../hooks/target.ts";
import { useView } from "../../../hooks/view.ts";

export type ChangeSet = Wire["Revision"];

const pageSize = 50;

/** The change sets of the federated policy, newest first, page by page. */
export function useChangeSets() {
  const at = useTarget();
  return useInfiniteQuery({
    queryKey: ["revisions", at, "list"],
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: pageSize, ...(pageParam === 0 ? {} : { before: pageParam }) };
      return ask(api(at).GET("/v1/fed/revision", { params: { query }, signal }));
    },
    initialPageParam: 0,
    getNextPageParam: ({ next }) => (next === 0 ? undefined : next),
    retry: false,
  });
}

/** The change set that made a revision, with what it changed. */
export function useChangeSet(revision: number) {
  const at = useTarget();
  return useView(
    useQuery({
      queryKey: ["revisions", at, "one", revision],
      queryFn: ({ signal }) =>
        ask(api(at).GET("/v1/fed/revision/{revision}", { params: { path: { revision } }, signal })),
      staleTime: Infinity,
    }),
  );
}

/** The revisions of a change set in words. */
export function revisionText({ first, revision }: Pick<ChangeSet, "first" | "revision">): string {
  return first === revision ? `revision ${revision}` : `revisions ${first}–${revision}`;
}
