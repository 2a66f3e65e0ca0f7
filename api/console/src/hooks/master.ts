import { useRole } from "./self.ts";
import { useTarget } from "./target.ts";

/** Whether the page speaks to the master that serves it: only that one knows the whole fleet. */
export function useIsMaster(): boolean {
  const at = useTarget();
  const role = useRole();
  return at === undefined && role === "master";
}
