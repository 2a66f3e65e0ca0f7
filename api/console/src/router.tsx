import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  retainSearchParams,
} from "@tanstack/react-router";
import type { QueryClient } from "@tanstack/react-query";
import { Frame } from "./parts/Frame.tsx";
import { Crashed, NotFound } from "./parts/Lost.tsx";

/** Search parameters are read as text; each screen says which of them it knows. */
type Search = Record<string, unknown>;

/** The text of a search parameter, if it is there. */
export function text(search: Search, name: string): string | undefined {
  const value = search[name];
  return typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : undefined;
}

/** Those of the named search parameters that are there. */
export function texts<N extends string>(search: Search, ...names: N[]): { [K in N]?: string | undefined } {
  const found: { [K in N]?: string | undefined } = {};
  for (const name of names) {
    const value = text(search, name);
    if (value !== undefined) {
      found[name] = value;
    }
  }
  return found;
}

const root = createRootRouteWithContext<{ client: QueryClient }>()({
  component: Frame,
  notFoundComponent: NotFound,
  errorComponent: Crashed,
  // The remote that the pages speak to stays in the URL until one goes back.
  validateSearch: (search: Search): { at?: string | undefined } => texts(search, "at"),
  search: { middlewares: [retainSearchParams(["at"])] },
});

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: ({ search }) => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- that is how this router redirects
    throw redirect({ to: "/fleet", search, replace: true });
  },
});

const fleet = createRoute({
  getParentRoute: () => root,
  path: "/fleet",
  validateSearch: (search: Search) =>
    texts(search, "q", "status", "label", "version", "sort", "view", "group", "columns"),
  component: lazyRouteComponent(() => import("./screens/fleet/index.tsx"), "Fleet"),
});

const cluster = createRoute({
  getParentRoute: () => root,
  path: "/fleet/$cluster",
  validateSearch: (search: Search) => texts(search, "tab", "q", "state"),
  component: lazyRouteComponent(() => import("./screens/cluster/index.tsx"), "ClusterScreen"),
});

const federation = createRoute({
  getParentRoute: () => root,
  path: "/federation",
  component: lazyRouteComponent(() => import("./screens/federation/index.tsx"), "Federation"),
});

const policy = createRoute({
  getParentRoute: () => root,
  path: "/policy/$kind",
  validateSearch: (search: Search) => texts(search, "q", "scope", "edit", "for", "name"),
  component: lazyRouteComponent(() => import("./screens/policy/index.tsx"), "PolicyScreen"),
});

const changes = createRoute({
  getParentRoute: () => root,
  path: "/changes",
  validateSearch: (search: Search) => texts(search, "scope"),
  component: lazyRouteComponent(() => import("./screens/changes/index.tsx"), "Changes"),
});

const rollouts = createRoute({
  getParentRoute: () => root,
  path: "/rollouts",
  component: lazyRouteComponent(() => import("./screens/rollouts/index.tsx"), "Rollouts"),
});

const rollout = createRoute({
  getParentRoute: () => root,
  path: "/rollouts/$rollout",
  component: lazyRouteComponent(() => import("./screens/rollout/index.tsx"), "RolloutScreen"),
});

const matrix = createRoute({
  getParentRoute: () => root,
  path: "/matrix",
  validateSearch: (search: Search) => texts(search, "kind", "selector", "q", "only"),
  component: lazyRouteComponent(() => import("./screens/matrix/index.tsx"), "Matrix"),
});

const history = createRoute({
  getParentRoute: () => root,
  path: "/history",
  validateSearch: (search: Search) =>
    texts(
      search,
      "tab",
      "kind",
      "name",
      "cluster",
      "actor",
      "command",
      "from",
      "until",
      "revision",
      "moment",
      "compare",
    ),
  component: lazyRouteComponent(() => import("./screens/history/index.tsx"), "History"),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  validateSearch: (search: Search) => texts(search, "tab"),
  component: lazyRouteComponent(() => import("./screens/settings/index.tsx"), "Settings"),
});

const routeTree = root.addChildren([
  home,
  fleet,
  cluster,
  federation,
  policy,
  changes,
  rollouts,
  rollout,
  matrix,
  history,
  settings,
]);

/** The pages of the console by their paths. */
export function newRouter(client: QueryClient) {
  return createRouter({
    routeTree,
    context: { client },
    defaultPreload: "intent",
    scrollRestoration: true,
    // Plain text in the URL, so that a person can read and write it.
    parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
    stringifySearch: (search) => {
      const params = new URLSearchParams();
      for (const [name, value] of Object.entries(search)) {
        if (typeof value === "string" && value !== "") {
          params.set(name, value);
        }
      }
      const query = params.toString();
      return query === "" ? "" : `?${query}`;
    },
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof newRouter>;
  }
}
