import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, asProblem, ask, type Problem, type Wire } from "../../api.ts";
import type { Draft, DraftEdit, Scope } from "../../hooks/draft.ts";
import { toWireEdits } from "../../hooks/draftWire.ts";
import { useTarget } from "../../hooks/target.ts";

export type Report = Wire["ChangeReport"];

/** The codes of the interface that this page tells apart. */
export const codes = { conflict: 74, inDoubt: 77, rollout: 79, partly: 80 } as const;

/** What a change set would come to. */
export type DryRun =
  | { is: "working" }
  /** The policy has changed since the first edit was made. */
  | { is: "conflict"; problem: Problem }
  | { is: "refused"; problem: Problem; retry: () => void }
  /** Of these edits; they are not the newest while the next answer is awaited. */
  | { is: "known"; report: Report; edits: readonly DraftEdit[]; isOld: boolean };

/**
 * Asks what the draft would come to, again with every edit and whenever the policy changes; not while it is on its way to
 * the server, when it would meet itself.
 */
export function useDryRun(scope: Scope, { edits, base }: Draft, isSending: boolean): DryRun {
  const at = useTarget();
  const query = useQuery({
    queryKey: ["change", at, scope, base, edits],
    queryFn: async ({ signal }) => ({ edits, report: await dryRun(at, scope, edits, base, signal) }),
    placeholderData: keepPreviousData,
    enabled: edits.length > 0 && !isSending,
    gcTime: 30_000,
    ...(at === undefined ? {} : { refetchInterval: 5_000 }), // the feed is the master's
  });
  if (query.isError) {
    const problem = asProblem(query.error);
    if (problem.code === codes.conflict) {
      return { is: "conflict", problem };
    }
    return { is: "refused", problem, retry: () => void query.refetch() };
  }
  if (query.data === undefined) {
    return { is: "working" };
  }
  return { is: "known", ...query.data, isOld: query.isPlaceholderData };
}

function dryRun(
  at: string | undefined,
  scope: Scope,
  edits: readonly DraftEdit[],
  base: number | undefined,
  signal: AbortSignal,
): Promise<Report> {
  const body = {
    scope,
    dry_run: true,
    edits: toWireEdits(edits),
    ...(base === undefined ? {} : { if_revision: base }),
  };
  return ask(api(at).POST("/v1/fed/change", { body, signal }));
}

/** A change since the draft was begun. */
export interface Since {
  revision: number;
  actor: string;
  at: string;
  events: number;
  objects: readonly Wire["ObjectName"][];
  rollout: string;
}

/** What has been recorded since a revision. */
export interface Newer {
  /** The newest revision of the scope. */
  newest: number;
  changes: readonly Since[];
  /** Whether there are more than those. */
  isMore: boolean;
  /** Whether the cluster tells who changed it; a master does not tell that of its own local policy. */
  isTold: boolean;
}

/** So many change sets are read at once. */
const pageSize = 200;

/** Who changed what since a revision; the newest first. */
export function useNewer(scope: Scope, base: number, isWanted = true) {
  const at = useTarget();
  return useQuery({
    queryKey: ["revisions", at, "since", scope, base],
    queryFn: ({ signal }) => readNewer(at, scope, base, signal),
    enabled: isWanted,
    staleTime: 0,
  });
}

/** Reads who changed what since a revision. */
export async function readNewer(
  at: string | undefined,
  scope: Scope,
  base: number,
  signal?: AbortSignal,
): Promise<Newer> {
  const rest = signal === undefined ? {} : { signal };
  const { revision: newest } = await ask(
    api(at).POST("/v1/fed/change", { body: { scope, dry_run: true, edits: [] }, ...rest }),
  );
  if (scope === "local") {
    return readLocal(at, base, newest, rest);
  }
  const query = { limit: pageSize };
  const { revisions } = await ask(api(at).GET("/v1/fed/revision", { params: { query }, ...rest }));
  const changes = revisions.filter((r) => r.revision > base);
  return {
    newest: Math.max(newest, changes[0]?.revision ?? 0),
    changes,
    isMore: changes.length === pageSize,
    isTold: true,
  };
}

/** Of a cluster's own policy there are only the events; those of one command are one change. */
async function readLocal(
  at: string | undefined,
  base: number,
  newest: number,
  rest: { signal?: AbortSignal },
): Promise<Newer> {
  const query = { tail: true, limit: 1_000 };
  const { events } = await ask(api(at).GET("/v1/fed/events", { params: { query }, ...rest }));
  const local = events.filter((e) => e.log === "LOCAL" && e.revision > base).reverse();
  const byCommand = new Map<string, Since>();
  for (const { command, revision, actor, time, kind } of local) {
    const known = byCommand.get(command);
    if (known === undefined) {
      byCommand.set(command, { revision, actor, at: time, events: 1, objects: [{ kind, name: "" }], rollout: "" });
    } else {
      known.events += 1;
    }
  }
  return { newest, changes: [...byCommand.values()], isMore: false, isTold: events.some((e) => e.log === "LOCAL") };
}
