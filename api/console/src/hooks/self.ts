import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, ask, type Target, type Wire } from "../api.ts";
import { useTarget } from "./target.ts";
import { useView, type View } from "./view.ts";

export type Member = Wire["Member"];
export type Version = Wire["Version"];

/** What a cluster is: its name, version and role. */
export function versionQuery(at: Target) {
  return queryOptions({
    queryKey: ["version", at],
    queryFn: ({ signal }) => ask(api(at).GET("/v1/version", { signal })),
  });
}

/** The federation as a cluster sees it. */
export function memberQuery(at: Target) {
  return queryOptions({
    queryKey: ["member", at],
    queryFn: ({ signal }) => ask(api(at).GET("/v1/fed/member", { signal })),
  });
}

/** The cluster that serves the page. */
export function useHome(): View<Version> {
  return useView(useQuery(versionQuery(undefined)));
}

/** The cluster that the page speaks to. */
export function useSelf(): View<Version> {
  return useView(useQuery(versionQuery(useTarget())));
}

/** The federation as the cluster sees it that the page speaks to. */
export function useMember(): View<Member> {
  return useView(useQuery(memberQuery(useTarget())));
}

/** Role of the cluster that the page speaks to: "master", "joint" or ""; undefined while it is not known. */
export function useRole(): string | undefined {
  return useQuery(versionQuery(useTarget())).data?.fed_role;
}
