import { useQuery } from "@tanstack/react-query";
import type { Client } from "openapi-fetch";
import { api, ask, type Target, type Wire } from "../api.ts";
import type { paths } from "../wire.gen.ts";
import type { Scope } from "./draft.ts";
import { useTarget } from "./target.ts";
import { useView, type View } from "./view.ts";

/** One object of the policy as it is in force, in the form that all kinds share. */
export interface PolicyRow<O> {
  kind: string;
  /** Name or number; the name of the group for what a group has. */
  name: string;
  scope: Scope;
  object: O;
}

/** The rows of a kind: federated ones first, and each scope in its own order. */
export type PolicyRows<O> = View<readonly PolicyRow<O>[]>;

/** How the wire says that an object is federated. */
const federal = "federal";

/** The key of the objects of a kind at a cluster. */
export function policyKey(kind: string, at: Target): readonly unknown[] {
  return ["policy", kind, at];
}

interface Source<O> {
  kind: string;
  read: (client: Client<paths>, signal: AbortSignal) => Promise<readonly O[]>;
  name: (object: O) => string;
}

/** Reads the objects of both scopes of the cluster that the page speaks to. */
export function usePolicyRows<O extends { cfg_type: string }>(source: Source<O>, isWanted = true): PolicyRows<O> {
  const at = useTarget();
  const query = useQuery({
    queryKey: policyKey(source.kind, at),
    queryFn: async ({ signal }) => asRows(source, await source.read(api(at), signal)),
    enabled: isWanted,
    ...(at === undefined ? {} : { refetchInterval: 5_000 }), // the feed is the master's
  });
  return useView(query);
}

function asRows<O extends { cfg_type: string }>({ kind, name }: Source<O>, objects: readonly O[]): PolicyRow<O>[] {
  const rows = objects.map((object): PolicyRow<O> => {
    return { kind, name: name(object), scope: object.cfg_type === federal ? "fed" : "local", object };
  });
  return [...rows.filter((r) => r.scope === "fed"), ...rows.filter((r) => r.scope === "local")];
}

/** The groups with the numbers of the rules that speak of them. */
export function useGroups(isWanted = true): PolicyRows<Wire["GroupBrief"]> {
  return usePolicyRows(groups, isWanted);
}

const groups: Source<Wire["GroupBrief"]> = {
  kind: "group",
  read: async (client, signal) => (await ask(client.GET("/v1/group", { signal }))).groups,
  name: (o) => o.name,
};

/** The webhooks of the federation and of the cluster. */
export function useWebhooks(isWanted = true): PolicyRows<Wire["Webhook"]> {
  return usePolicyRows(webhooks, isWanted);
}

const webhooks: Source<Wire["Webhook"]> = {
  kind: "webhook",
  read: async (client, signal) => {
    const { config, fed_config } = await ask(client.GET("/v2/system/config", { signal }));
    return [...(fed_config?.webhooks ?? []), ...(config?.webhooks ?? [])];
  },
  name: (o) => o.name,
};
