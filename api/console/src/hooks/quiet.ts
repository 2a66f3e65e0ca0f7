import type { View } from "./view.ts";

/** A view that does not say when it is stale: for what stands around something that says it already. */
export function quiet<T>(view: View<T>): View<T> {
  return view.is === "stale" ? { is: "live", data: view.data } : view;
}
