import { getRouteApi } from "@tanstack/react-router";
import type { Scope } from "../../hooks/draft.ts";
import { isNumbered, isProvisional } from "../../hooks/draftWire.ts";

const route = getRouteApi("/policy/$kind");

interface Search {
  /** Text that rows must have. */
  q: string;
  /** The only scope that is shown. */
  scope: Scope | undefined;
  /** The object that the editor is open for; "new" for one that is not there yet. */
  edit: { name: string | undefined; scope: Scope | undefined } | undefined;
  /** The object whose details are open. */
  open: { name: string; scope: Scope } | undefined;
}

/** What the address says that the page shows. */
export function usePolicySearch(kind: string): Search {
  const search = route.useSearch();
  const scope = asScope(search.scope);
  const { edit, name } = search;
  return {
    q: search.q ?? "",
    scope,
    edit:
      edit === undefined
        ? undefined
        : edit === "new"
          ? { name: undefined, scope: asScope(search.for) ?? scope }
          : { name: edit, scope: asScope(search.for) ?? scopeOfName(kind, edit, scope) },
    open:
      name === undefined ? undefined : { name, scope: asScope(search.for) ?? scopeOfName(kind, name, scope) ?? "fed" },
  };
}

/** The way to change what the address says. */
export function usePolicyNavigate() {
  const navigate = route.useNavigate();
  const go = (part: Partial<Record<"q" | "scope" | "edit" | "for" | "name", string | undefined>>, replace: boolean) =>
    void navigate({ to: ".", search: (old) => ({ ...old, ...part }), replace });
  return {
    filter: (q: string) => go({ q: q === "" ? undefined : q }, true),
    show: (scope: Scope | undefined) => go({ scope }, true),
    add: (scope: Scope) => go({ edit: "new", for: scope, name: undefined }, false),
    edit: (name: string, scope: Scope) => go({ edit: name, for: scope, name: undefined }, false),
    details: (name: string, scope: Scope) => go({ name, for: scope, edit: undefined }, false),
    close: () => go({ edit: undefined, for: undefined, name: undefined }, false),
  };
}

function asScope(text: string | undefined): Scope | undefined {
  return text === "fed" || text === "local" ? text : undefined;
}

/** The scope of an object, which its name or number tells; a new one may be in either. */
export function scopeOfName(kind: string, name: string, otherwise: Scope | undefined): Scope | undefined {
  if (isProvisional(name)) {
    return otherwise;
  }
  if (isNumbered(kind)) {
    const number = Number(name);
    return number >= 100_000 && number < 110_000 ? "fed" : "local";
  }
  return name.startsWith("fed.") ? "fed" : "local";
}
