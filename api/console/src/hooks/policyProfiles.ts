import { ask, type Wire } from "../api.ts";
import { usePolicyRows, type PolicyRows } from "./policy.ts";

/** The process profiles that somebody has said something in. */
export function useProcessProfiles(isWanted = true): PolicyRows<Wire["ProcessProfile"]> {
  return usePolicyRows(
    {
      kind: "process",
      read: async (client, signal) => (await ask(client.GET("/v1/process_profile", { signal }))).process_profiles,
      name: (o) => o.group,
    },
    isWanted,
  );
}

/** The file profiles that somebody has said something in. */
export function useFileProfiles(isWanted = true): PolicyRows<Wire["FileProfile"]> {
  return usePolicyRows(
    {
      kind: "file",
      read: async (client, signal) => (await ask(client.GET("/v1/file_monitor", { signal }))).profiles,
      name: (o) => o.group,
    },
    isWanted,
  );
}
