import { useCallback, useMemo, useSyncExternalStore } from "react";
import type { Wire } from "../api.ts";
import { useTarget } from "./target.ts";

export type Edit = Wire["Edit"];
export type Scope = "fed" | "local";

/** A change set that is being put together. It is kept in this browser until it is published or dropped. */
export interface Draft {
  /** At most one for each object. */
  edits: readonly DraftEdit[];
  /** Revision of the policy when the first edit was made; it is published only on top of what was seen. */
  base: number | undefined;
}

export interface DraftEdit extends Edit {
  name: string;
  /** Whether the object is new: it may have no number yet. */
  isNew: boolean;
}

const empty: Draft = { edits: [], base: undefined };
const listeners = new Set<() => void>();
const read = new Map<string, { text: string; draft: Draft }>();

/** The draft of the cluster that the page speaks to, for one scope of its policy. */
export function useDraft(scope: Scope) {
  const key = `fedhub-draft/${useTarget() ?? ""}/${scope}`;
  const draft = useSyncExternalStore(subscribe, () => load(key));
  const put = useCallback(
    (edit: DraftEdit, revision: number) => store(key, withEdit(load(key), edit, revision)),
    [key],
  );
  const putAll = useCallback(
    (edits: readonly DraftEdit[], revision: number) =>
      store(
        key,
        edits.reduce((draft, edit) => withEdit(draft, edit, revision), load(key)),
      ),
    [key],
  );
  const drop = useCallback(
    (kind: string, name: string) => {
      const { edits, base } = load(key);
      const rest = edits.filter((e) => !(e.kind === kind && e.name === name));
      store(key, rest.length === 0 ? empty : { edits: rest, base });
    },
    [key],
  );
  const clear = useCallback(() => store(key, empty), [key]);
  /** Puts the same edits on top of a newer revision, which somebody has looked at. */
  const rebase = useCallback((revision: number) => store(key, { ...load(key), base: revision }), [key]);
  return useMemo(() => ({ draft, put, putAll, drop, clear, rebase }), [draft, put, putAll, drop, clear, rebase]);
}

/** A draft with one more edit; a later edit of an object takes the place of an earlier one. */
export function withEdit(draft: Draft, edit: DraftEdit, revision: number): Draft {
  const before = draft.edits.find((e) => e.kind === edit.kind && e.name === edit.name);
  const rest = draft.edits.filter((e) => e !== before);
  if (before?.isNew === true && edit.op === "delete") {
    return rest.length === 0 ? empty : { ...draft, edits: rest }; // it never was
  }
  const merged = { ...edit, isNew: edit.isNew || (before?.isNew ?? false) };
  const after = edit.after ?? before?.after;
  return {
    edits: [...rest, after === undefined ? merged : { ...merged, after }],
    base: draft.base ?? revision,
  };
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  window.addEventListener("storage", changed); // another tab edits the same draft
  return () => {
    listeners.delete(changed);
    window.removeEventListener("storage", changed);
  };
}

function load(key: string): Draft {
  const text = localStorage.getItem(key) ?? "";
  const known = read.get(key);
  if (known?.text === text) {
    return known.draft;
  }
  const draft = text === "" ? empty : (JSON.parse(text) as Draft);
  read.set(key, { text, draft });
  return draft;
}

function store(key: string, draft: Draft): void {
  if (draft.edits.length === 0) {
    localStorage.removeItem(key);
  } else {
    localStorage.setItem(key, JSON.stringify(draft));
  }
  for (const changed of listeners) {
    changed();
  }
}
