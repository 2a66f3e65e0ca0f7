import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, asProblem, ask, type Wire } from "../api.ts";

export type Outcome = Wire["DeployOutcome"];

/** Asks remotes to fetch all of their policy again; its data is what became of it at each. */
export function useResync() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (ids: string[]): Promise<Outcome[]> => {
      const { outcomes } = await ask(api().POST("/v1/fed/deploy", { body: { force: true, ids } }));
      return outcomes;
    },
    onSettled: () => client.invalidateQueries({ queryKey: ["status"] }),
  });
}

/** Labels to set; null takes a label away. */
export type LabelChange = Record<string, string | null>;

/** A cluster whose labels could not be changed, and why. */
export interface LabelFailure {
  id: string;
  why: string;
}

/** So many clusters are labelled at a time. */
const atOnce = 6;

/** Changes the labels of clusters; its data is where that did not work. */
export function useLabel(onProgress?: (done: number) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ ids, labels }: { ids: readonly string[]; labels: LabelChange }): Promise<LabelFailure[]> => {
      const failures: LabelFailure[] = [];
      const waiting = [...ids];
      let done = 0;
      const work = async () => {
        for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
          try {
            await ask(api().PATCH("/v1/fed/cluster/{id}", { params: { path: { id } }, body: { labels } }));
          } catch (cause) {
            failures.push({ id, why: asProblem(cause).message });
          }
          onProgress?.(++done);
        }
      };
      await Promise.all(Array.from({ length: atOnce }, work));
      return failures;
    },
    onSettled: () =>
      client.invalidateQueries({ predicate: ({ queryKey }) => ["events", "status"].includes(String(queryKey[0])) }),
  });
}
