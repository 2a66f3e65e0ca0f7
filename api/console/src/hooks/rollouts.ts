import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { api, ask, type Wire } from "../api.ts";
import { useMessage } from "./feed.ts";
import { useView, type View } from "./view.ts";

export type Rollout = Wire["Rollout"];

const about = "rollouts";

/** All rollouts of the home cluster, the newest first. */
export function useRollouts(): View<readonly Rollout[]> {
  return useView(
    useQuery({
      queryKey: [about],
      queryFn: async ({ signal }) => (await ask(api().GET("/v1/fed/rollout", { signal }))).rollouts,
    }),
  );
}

/** So often at most the page asks how the clusters of a rollout do, and only when the feed told of one. */
const lookMs = 1_000;

/** One rollout, with how each cluster does in it while it is on its way. */
export function useRollout(id: string): View<Rollout> {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: [about, id],
    queryFn: async ({ signal }) =>
      (await ask(api().GET("/v1/fed/rollout/{id}", { params: { path: { id } }, signal }))).rollout,
  });
  const isRunning = query.data?.ended_at === null;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useMessage("fleet", ({ clusters, gone }) => {
    if (isRunning && clusters.length + gone.length > 0 && timer.current === undefined) {
      timer.current = setTimeout(() => {
        timer.current = undefined;
        void client.invalidateQueries({ queryKey: [about, id], exact: true });
      }, lookMs);
    }
  });
  return useView(query);
}

/** What a person can do to a rollout. */
export type Step = "pause" | "resume" | "approve" | "abort";

/** Does a step to a rollout. */
export function useStep(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (step: Step) => ask(api().POST("/v1/fed/rollout/{id}/{step}", { params: { path: { id, step } } })),
    onSettled: () => client.invalidateQueries({ queryKey: [about] }),
  });
}

/** So many change sets of a rollout are read; each has up to 1,000 objects. */
const mostSets = 3;

/** What a rollout changes, from where it is staged, and whether that is all. */
export function useStaged({ id, base, objects }: Rollout, isWanted: boolean) {
  return useView(
    useQuery({
      queryKey: ["revisions", undefined, "staged", id],
      queryFn: ({ signal }) => readStaged(base, objects, signal),
      enabled: isWanted,
      staleTime: Infinity,
    }),
  );
}

async function readStaged(base: number, objects: number, signal: AbortSignal) {
  const deltas: Wire["Delta"][] = [];
  let revision = stagedRevision({ base, objects });
  for (let sets = 0; sets < mostSets && revision > base; sets++) {
    const params = { path: { revision } };
    const one = await ask(api().GET("/v1/fed/revision/{revision}", { params, signal }));
    deltas.unshift(...one.deltas);
    revision = one.revision.first - 1;
  }
  return { deltas, isAll: revision <= base };
}

/** The revision of the event that started a rollout: its changes are staged right before it. */
export function stagedRevision({ base, objects }: Pick<Rollout, "base" | "objects">): number {
  return base + objects + 1;
}
