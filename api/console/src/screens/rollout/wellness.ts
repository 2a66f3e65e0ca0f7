import { useState } from "react";
import type { Rollout } from "../../hooks/rollouts.ts";
import { look, momentOf, type Wellness } from "./progress.ts";

/** Since when this page has seen all clusters of a rollout well. */
export function useWellness(rollout: Rollout, now: number): Wellness {
  const at = momentOf(rollout);
  const step = `${rollout.id}/${rollout.open}/${rollout.opened_at}`;
  const isWell = at.is === "soaking" || at.is === "asking";
  const [before, setBefore] = useState(() => look(undefined, step, isWell, Date.now()));
  const next = look(before, step, isWell, now);
  if (next !== before) {
    setBefore(next);
  }
  return next;
}
