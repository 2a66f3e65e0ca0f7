import { getRouteApi } from "@tanstack/react-router";
import type { Client } from "openapi-fetch";
import { api, type Target } from "../api.ts";
import type { paths } from "../wire.gen.ts";

const root = getRouteApi("__root__");

/** The remote that the pages speak to, from the URL; undefined for the cluster that serves them. */
export function useTarget(): Target {
  return root.useSearch().at;
}

/** The interface of the cluster that the pages speak to. */
export function useApi(): Client<paths> {
  return api(useTarget());
}
