import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ask, type Target, type Wire } from "../api.ts";
import type { Scope } from "./draft.ts";
import { useTarget } from "./target.ts";

/** What is imported. */
export interface ImportFile {
  /** Name of the file for the report; empty for pasted text. */
  name: string;
  text: string;
}

interface Import {
  scope: Scope;
  file: ImportFile;
  /** Revision that it was tried on: it is refused when what it changes has changed since. */
  revision?: number | undefined;
}

/** Tries an import, and takes it. */
export function usePolicyImport() {
  const at = useTarget();
  const client = useQueryClient();
  const check = useMutation({ mutationFn: (wish: Import) => send(at, wish, true) });
  const take = useMutation({
    mutationFn: (wish: Import) => send(at, wish, false),
    onSuccess: () => client.invalidateQueries({ queryKey: ["policy"] }),
  });
  return { check, take };
}

function send(at: Target, { scope, file, revision }: Import, dryRun: boolean): Promise<Wire["ImportReport"]> {
  const query = {
    scope,
    dry_run: dryRun,
    file: file.name || "pasted text",
    ...(revision === undefined ? {} : { if_revision: revision }),
  };
  return ask(
    api(at).POST("/v1/fed/policy/import", {
      params: { query },
      body: file.text,
      bodySerializer: (text) => text,
      headers: { "Content-Type": "application/yaml" },
    }),
  );
}
