import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useMemo } from "react";
import { asProblem, ask, type Problem } from "../../../api.ts";
import { useDraft, type Draft, type DraftEdit, type Scope } from "../../../hooks/draft.ts";
import { fleetQuery } from "../../../hooks/fleet.ts";
import { useGroups, useWebhooks, type PolicyRow, type PolicyRows } from "../../../hooks/policy.ts";
import { useFileProfiles, useProcessProfiles } from "../../../hooks/policyProfiles.ts";
import { useNetworkRules, useResponseRules } from "../../../hooks/policyRules.ts";
import { useDlpGroups, useDlpSensors, useWafGroups, useWafSensors } from "../../../hooks/policySensors.ts";
import { useApi, useTarget } from "../../../hooks/target.ts";
import { shapeOf, type Shape } from "./reading.ts";

/** An object that is stored or staged. */
export interface Listed {
  name: string;
  object: Shape;
  /** Whether it is new in the draft, and not there yet. */
  isStaged: boolean;
}

/** What a form knows of the policy around its object. */
export interface Around {
  isNew: boolean;
  /** Name of the object; undefined for a new one. */
  name: string | undefined;
  /** Objects of the kind, in order; undefined while they are not known. */
  siblings: readonly Listed[] | undefined;
  /** The groups of the scope; undefined while they are not known. */
  groups: readonly Listed[] | undefined;
  /** What else the object can speak of: sensors or webhooks; undefined while they are not known. */
  parts: readonly Listed[] | undefined;
  /** Why some of it could not be read. */
  problem: Problem | undefined;
}

/** Reads the policy around an object of a kind. */
export function useAround(kind: string, scope: Scope, name: string | undefined, isNew: boolean): Around {
  const { draft } = useDraft(scope);
  const siblings = useSiblings(kind);
  const groups = useGroups();
  const parts = useParts(kind);
  const problem = problemOf(siblings) ?? problemOf(groups) ?? problemOf(parts?.rows);
  return {
    isNew,
    name,
    siblings: useStaged(siblings, kind, scope, draft),
    groups: useStaged(groups, "group", scope, draft),
    parts: useStaged(parts?.rows, parts?.kind ?? "", scope, draft),
    problem,
  };
}

/** The objects of a kind; undefined for a kind where nothing asks which others there are. */
function useSiblings(kind: string): PolicyRows<object> | undefined {
  const known: Record<string, PolicyRows<object>> = {
    group: useGroups(kind === "group"),
    network: useNetworkRules(kind === "network"),
    response: useResponseRules(kind === "response"),
    process: useProcessProfiles(kind === "process"),
    file: useFileProfiles(kind === "file"),
    dlp: useDlpSensors(kind === "dlp"),
    waf: useWafSensors(kind === "waf"),
    "dlp-group": useDlpGroups(kind === "dlp-group"),
    "waf-group": useWafGroups(kind === "waf-group"),
    webhook: useWebhooks(kind === "webhook"),
  };
  return known[kind];
}

/** The objects of which those of a kind name several. */
function useParts(of: string): { kind: string; rows: PolicyRows<object> } | undefined {
  const webhooks = useWebhooks(of === "response");
  const dlp = useDlpSensors(of === "dlp-group");
  const waf = useWafSensors(of === "waf-group");
  switch (of) {
    case "response":
      return { kind: "webhook", rows: webhooks };
    case "dlp-group":
      return { kind: "dlp", rows: dlp };
    case "waf-group":
      return { kind: "waf", rows: waf };
    default:
      return undefined;
  }
}

function problemOf(rows: PolicyRows<object> | undefined): Problem | undefined {
  return rows?.is === "failed" ? rows.problem : undefined;
}

/** The rows of one scope with what is staged; undefined while they are not known. */
function useStaged(rows: PolicyRows<object> | undefined, kind: string, scope: Scope, draft: Draft) {
  const data = rows?.is === "live" || rows?.is === "stale" ? rows.data : undefined;
  return useMemo(() => {
    const stored = data?.filter((row) => row.scope === scope).map(asListed);
    return stored === undefined ? undefined : withStaged(stored, draft, kind);
  }, [data, kind, scope, draft]);
}

function asListed({ name, object }: PolicyRow<object>): Listed {
  return { name, object: shapeOf(object), isStaged: false };
}

/** The stored objects of a kind with what the draft makes of them; new ones are last. */
export function withStaged(stored: readonly Listed[], draft: Draft, kind: string): Listed[] {
  const edits = new Map<string, DraftEdit>();
  for (const edit of draft.edits) {
    if (edit.kind === kind) {
      edits.set(edit.name, edit);
    }
  }
  const names = new Set(stored.map((s) => s.name));
  const kept = stored
    .filter((s) => edits.get(s.name)?.op !== "delete")
    .map((s) => ({ ...s, object: { ...s.object, ...shapeOf(edits.get(s.name)?.object) } }));
  const fresh = [...edits.values()].filter((e) => e.op !== "delete" && !names.has(e.name));
  return [...kept, ...fresh.map((e) => ({ name: e.name, object: shapeOf(e.object), isStaged: true }))];
}

/**
 * The revision of the policy when the editor was opened, on top of which its first edit is published. It does not
 * follow what happens meanwhile: that is what must be noticed. The revision of a cluster's own policy is told by a
 * change of nothing that is only tried.
 */
export function useBase(scope: Scope): { base: number | undefined; problem: Problem | undefined } {
  const id = useId();
  const at = useTarget();
  const client = useApi();
  const cache = useQueryClient();
  const known = useDraft(scope).draft.base;
  const query = useQuery({
    queryKey: ["editor-base", at, scope, id],
    queryFn: async () => {
      if (scope === "fed") {
        const fleet = await cache.query({ ...fleetQuery, staleTime: "static" });
        return [...fleet.clusters.values()][0]?.desired_revision ?? 0; // the own cluster is first
      }
      return (await ask(client.POST("/v1/fed/change", { body: { edits: [], scope, dry_run: true } }))).revision;
    },
    enabled: known === undefined,
    staleTime: "static",
    gcTime: 0,
  });
  return { base: known ?? query.data, problem: query.isError ? asProblem(query.error) : undefined };
}
