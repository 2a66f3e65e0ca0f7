import { ask, type Wire } from "../api.ts";
import { usePolicyRows, type PolicyRows } from "./policy.ts";

/** The DLP sensors by name. */
export function useDlpSensors(isWanted = true): PolicyRows<Wire["Sensor"]> {
  return usePolicyRows(
    {
      kind: "dlp",
      read: async (client, signal) => (await ask(client.GET("/v1/dlp/sensor", { signal }))).sensors,
      name: (o) => o.name,
    },
    isWanted,
  );
}

/** The WAF sensors by name. */
export function useWafSensors(isWanted = true): PolicyRows<Wire["Sensor"]> {
  return usePolicyRows(
    {
      kind: "waf",
      read: async (client, signal) => (await ask(client.GET("/v1/waf/sensor", { signal }))).sensors,
      name: (o) => o.name,
    },
    isWanted,
  );
}

/** Which DLP sensors look at which groups. */
export function useDlpGroups(isWanted = true): PolicyRows<Wire["SensorGroup"]> {
  return usePolicyRows(
    {
      kind: "dlp-group",
      read: async (client, signal) => (await ask(client.GET("/v1/dlp/group", { signal }))).dlp_groups ?? [],
      name: (o) => o.name,
    },
    isWanted,
  );
}

/** Which WAF sensors look at which groups. */
export function useWafGroups(isWanted = true): PolicyRows<Wire["SensorGroup"]> {
  return usePolicyRows(
    {
      kind: "waf-group",
      read: async (client, signal) => (await ask(client.GET("/v1/waf/group", { signal }))).waf_groups ?? [],
      name: (o) => o.name,
    },
    isWanted,
  );
}
