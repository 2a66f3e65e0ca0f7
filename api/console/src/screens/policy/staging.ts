import { notifications } from "@mantine/notifications";
import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { api, asProblem, ask, type Target } from "../../api.ts";
import { useDraft, type DraftEdit, type Scope } from "../../hooks/draft.ts";
import { provisionalName } from "../../hooks/draftWire.ts";
import { fleetQuery } from "../../hooks/fleet.ts";
import { useTarget } from "../../hooks/target.ts";
import type { Config, PolicyKind } from "./kind.ts";
import { afterFor } from "./place.ts";
import { configOf, type LaidRow } from "./rows.ts";

/** What a page can do to the drafts of both scopes. Nothing is sent before it is published. */
export interface Staging {
  /** The edits of a scope. */
  edits: Readonly<Record<Scope, readonly DraftEdit[]>>;
  put: (scope: Scope, edits: readonly DraftEdit[]) => void;
  /** Forgets what was staged about an object. */
  undo: (scope: Scope, kind: string, name: string) => void;
  /** A name for a new object of the kind that goes by numbers. */
  newName: (scope: Scope, kind: string) => string;
}

/** The drafts of the cluster that the page speaks to. */
export function useStaging(): Staging {
  const at = useTarget();
  const client = useQueryClient();
  const drafts = { fed: useDraft("fed"), local: useDraft("local") };
  return {
    edits: { fed: drafts.fed.draft.edits, local: drafts.local.draft.edits },
    put: (scope, edits) => {
      const { draft, putAll } = drafts[scope];
      const known = draft.base === undefined ? revisionOf(client, at, scope) : Promise.resolve(draft.base);
      known
        .then((revision) => putAll(edits, revision))
        .catch((cause: unknown) => {
          notifications.show({ color: "red", title: "Nothing was staged", message: asProblem(cause).message });
        });
    },
    undo: (scope, kind, name) => drafts[scope].drop(kind, name),
    newName: (scope, kind) => provisionalName(drafts[scope].draft, kind),
  };
}

/** The revision of the policy of a scope now. Only a dry run tells that of a cluster's own policy. */
async function revisionOf(client: QueryClient, at: Target, scope: Scope): Promise<number> {
  if (scope === "fed") {
    const fleet = await client.query({ ...fleetQuery, staleTime: "static" });
    return [...fleet.clusters.values()][0]?.desired_revision ?? 0; // the own cluster is first
  }
  const body = { scope, edits: [], dry_run: true };
  return (await ask(api(at).POST("/v1/fed/change", { body }))).revision;
}

/** The edit that changes a part of an object, on top of what is staged about it. */
export function changeOf<O>(row: LaidRow<O>, part: Config): DraftEdit {
  const { kind, name } = row;
  const staged = row.staged === "deleted" ? {} : configOf(row.edit);
  return { op: "upsert", kind, name, object: { ...staged, ...part }, isNew: row.staged === "created" };
}

/** The edit that removes an object. */
export function removalOf<O>({ kind, name }: LaidRow<O>): DraftEdit {
  return { op: "delete", kind, name, isNew: false };
}

/** The edit that gives a row a place among the others of its scope. */
export function moveOf<O>(row: LaidRow<O>, others: readonly LaidRow<O>[], place: number): DraftEdit {
  const after = afterFor(others, place);
  const number = row.staged === "created" ? {} : { id: Number(row.name) };
  return { ...changeOf(row, number), after };
}

/** The edit that makes a copy of a row, beside it where there is an order. */
export function copyOf<O>(of: PolicyKind<O>, row: LaidRow<O>, taken: ReadonlySet<string>, newName: string): DraftEdit {
  const { kind } = row;
  const config = of.config(row.object);
  if (of.copies === "name") {
    const name = freeName(row.name, taken);
    return { op: "upsert", kind, name, object: { ...config, name }, isNew: true };
  }
  const edit: DraftEdit = { op: "upsert", kind, name: newName, object: config, isNew: true };
  return of.isOrdered === true && row.staged !== "created" ? { ...edit, after: Number(row.name) } : edit;
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let i = 1; ; i++) {
    const copy = i === 1 ? `${name}-copy` : `${name}-copy-${i}`;
    if (!taken.has(copy)) {
      return copy;
    }
  }
}
