import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, asProblem, askWhole, type Problem, type Wire } from "../../api.ts";
import type { DraftEdit, Draft, Scope } from "../../hooks/draft.ts";
import { isNumbered, toWireEdits } from "../../hooks/draftWire.ts";
import { useTarget } from "../../hooks/target.ts";
import { codes, type Report, type Since } from "./dryRun.ts";

/** A change set that was stored. */
export interface Published {
  scope: Scope;
  report: Report;
  command: string;
  /** When the answer came. */
  at: number;
}

export interface Order {
  draft: Draft;
  rollout?: Wire["RolloutPlan"];
}

/** Publishes a change set, all of it or nothing, and only on top of the policy that was looked at. */
export function usePublish(scope: Scope, onDone: (published: Published) => void) {
  const at = useTarget();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ draft: { edits, base }, rollout }: Order): Promise<Published> => {
      const { data, headers } = await askWhole(
        api(at).POST("/v1/fed/change", {
          body: {
            scope,
            edits: toWireEdits(edits),
            ...(base === undefined ? {} : { if_revision: base }),
            ...(rollout === undefined ? {} : { rollout }),
          },
        }),
      );
      return { scope, report: data, command: headers.get("X-Fedhub-Command") ?? "", at: Date.now() };
    },
    onSuccess: (published) => {
      onDone(published);
      for (const about of ["policy", "revisions", "history", "rollouts", "matrix", "status"]) {
        void client.invalidateQueries({ queryKey: [about] });
      }
    },
  });
}

/** How a request to publish failed. */
export type Failure =
  | { is: "refused"; problem: Problem }
  | { is: "conflict"; problem: Problem }
  /** Another rollout is on its way. */
  | { is: "rollout"; problem: Problem }
  /** Nobody knows whether it was stored. */
  | { is: "unknown"; problem: Problem }
  /** A part of a very large change set is stored. */
  | { is: "partly"; problem: Problem };

/** Tells failures apart by whether something may be stored all the same. */
export function failureOf(cause: unknown): Failure {
  const problem = asProblem(cause);
  switch (problem.code) {
    case codes.conflict:
      return { is: "conflict", problem };
    case codes.rollout:
      return { is: "rollout", problem };
    case codes.inDoubt:
      return { is: "unknown", problem };
    case codes.partly:
      return { is: "partly", problem };
    default:
      // Without an answer, or with one that is not in the server's form, it may have been stored.
      return {
        is: problem.isUnreachable || (problem.code === 0 && problem.status >= 500) ? "unknown" : "refused",
        problem,
      };
  }
}

/**
 * The change among the newer ones that is the one we sent: by the same user, and only about what we edit. Undefined when
 * none is.
 */
export function ourChange(changes: readonly Since[], edits: readonly DraftEdit[], actor: string): Since | undefined {
  const kinds = new Set(edits.map((e) => e.kind));
  const named = new Set(edits.filter((e) => !e.isNew || !isNumbered(e.kind)).map((e) => `${e.kind}/${e.name}`));
  return changes.find(({ actor: by, objects }) => {
    const isAboutOurs = objects.some(({ kind, name }) => named.size === 0 || named.has(`${kind}/${name}`));
    return by === actor && isAboutOurs && objects.every(({ kind }) => kinds.has(kind));
  });
}
