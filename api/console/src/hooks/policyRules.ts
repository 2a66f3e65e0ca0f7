import { useQuery } from "@tanstack/react-query";
import { api, ask, type Wire } from "../api.ts";
import { usePolicyRows, type PolicyRows } from "./policy.ts";
import type { Scope } from "./draft.ts";
import { useTarget } from "./target.ts";
import { useView, type View } from "./view.ts";

/** The network rules in the order in which they are tried. */
export function useNetworkRules(isWanted = true): PolicyRows<Wire["Rule"]> {
  return usePolicyRows(
    {
      kind: "network",
      read: async (client, signal) => (await ask(client.GET("/v1/policy/rule", { signal }))).rules,
      name: (o) => String(o.id),
    },
    isWanted,
  );
}

/** The admission rules by number; their order has no meaning. */
export function useAdmissionRules(isWanted = true): PolicyRows<Wire["AdmissionRule"]> {
  return usePolicyRows(
    {
      kind: "admission",
      read: async (client, signal) => (await ask(client.GET("/v1/admission/rules", { signal }))).rules,
      name: (o) => String(o.id),
    },
    isWanted,
  );
}

/** The response rules in their order. */
export function useResponseRules(isWanted = true): PolicyRows<Wire["ResponseRule"]> {
  return usePolicyRows(
    {
      kind: "response",
      read: async (client, signal) => (await ask(client.GET("/v1/response/rule", { signal }))).rules,
      name: (o) => String(o.id),
    },
    isWanted,
  );
}

/** Whether and how the admission rules of a scope act. */
export function useAdmissionState(scope: Scope): View<Wire["AdmissionState"]> {
  const at = useTarget();
  const query = useQuery({
    queryKey: ["policy", "admission-state", at, scope],
    queryFn: async ({ signal }) => {
      return (await ask(api(at).GET("/v1/admission/state", { params: { query: { scope } }, signal }))).state;
    },
    ...(at === undefined ? {} : { refetchInterval: 5_000 }),
  });
  return useView(query);
}
