import { useRole } from "../../hooks/self.ts";
import type { Scope } from "../../hooks/draft.ts";
import { ObjectEditor } from "./editor/index.tsx";
import type { PolicyKind } from "./kind.ts";
import type { LaidRow } from "./rows.ts";

interface Props<O> {
  of: PolicyKind<O>;
  all: readonly LaidRow<O>[];
  /** What the address says is edited. */
  edit: { name: string | undefined; scope: Scope | undefined } | undefined;
  onClose: () => void;
}

/** The admission state is edited on the page of the admission rules, and has a drawer of its own there. */
const stateName = "state";

/** The editor, when the address says that it is open. */
export function EditorAt<O>({ of, all, edit, onClose }: Props<O>) {
  const isMaster = useRole() === "master";
  if (edit === undefined || (of.kind === "admission" && edit.name === stateName)) {
    return null;
  }
  const scope = edit.scope ?? (isMaster ? "fed" : "local");
  const row = all.find((r) => r.name === edit.name && r.scope === scope);
  return (
    <ObjectEditor
      key={`${scope}/${edit.name ?? ""}`}
      kind={of.kind}
      scope={scope}
      name={edit.name}
      object={objectOf(of, edit.name, row)}
      onClose={onClose}
    />
  );
}

/** Kinds of which every group has one, stored or not. */
const ofGroups = new Set(["process", "file", "dlp-group", "waf-group"]);

function objectOf<O>(of: PolicyKind<O>, name: string | undefined, row: LaidRow<O> | undefined): O | undefined {
  if (row !== undefined) {
    return row.object;
  }
  return name !== undefined && ofGroups.has(of.kind) ? of.read(undefined, {}, name) : undefined;
}
