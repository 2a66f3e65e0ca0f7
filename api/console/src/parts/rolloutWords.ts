import type { Wire } from "../api.ts";
import { count } from "../ui/number.ts";
import type { Word } from "./words.ts";

type Rollout = Wire["Rollout"];

const statuses: Record<string, Word> = {
  running: { label: "running", color: "violet", means: "It goes from wave to wave by itself." },
  paused: { label: "paused", color: "yellow", means: "It stays where it is until somebody resumes or aborts it." },
  completed: { label: "completed", color: "teal", means: "It is through all waves, and is policy now." },
  aborted: { label: "aborted", color: "gray", means: "Its change was taken back wherever it had come." },
};

/** The word for how a rollout stands. */
export function rolloutWord(status: string): Word {
  return statuses[status] ?? { label: status, color: "gray", means: "This console does not know the word." };
}

/** Whether a rollout is on its way: it has not ended. */
export function isOnItsWay({ status }: Rollout): boolean {
  return status === "running" || status === "paused";
}

/** What a rollout is called: by its comment, or by its size. */
export function rolloutTitle({ comment, objects }: Rollout): string {
  return comment === "" ? `Rollout of ${objects === 1 ? "1 object" : `${count(objects)} objects`}` : comment;
}

/** Which clusters a wave is for: "5 % of all clusters", "clusters with ring=1". */
export function waveText({ selector, percent }: { selector: string; percent: number }): string {
  const which = selector === "" ? "" : ` with ${selector}`;
  const isPart = percent % 100 !== 0;
  if (isPart) {
    return `${percent} % of ${selector === "" ? "all" : "the"} clusters${which}`;
  }
  return selector === "" ? "all clusters that are left" : `clusters${which}`;
}

/** A soak time: "45 s", "10 min", "1.5 h", "2 d". */
export function soakText(seconds: number): string {
  const steps: [number, string][] = [
    [86_400, "d"],
    [3_600, "h"],
    [60, "min"],
  ];
  for (const [size, unit] of steps) {
    if (seconds >= size) {
      return `${count(Math.round((seconds / size) * 100) / 100)} ${unit}`;
    }
  }
  return `${count(seconds)} s`;
}

/** How far a wave has come. */
export type WaveStage = "through" | "open" | "ahead" | "not reached";

/** The stage of a wave, from 0, of a rollout. An aborted rollout reaches no further wave. */
export function waveStage(rollout: Rollout, index: number): WaveStage {
  if (rollout.status === "completed" || index < rollout.open - 1) {
    return "through";
  }
  if (index === rollout.open - 1) {
    return rollout.status === "aborted" ? "not reached" : "open";
  }
  return rollout.status === "aborted" ? "not reached" : "ahead";
}

/** Why a rollout is paused or was aborted, as the beginning of a sentence; "" when there is nothing to say. */
export function rolloutReason({ status, reason }: Rollout): string {
  const verb = status === "aborted" ? "Aborted" : "Paused";
  if (reason === "") {
    return "";
  }
  return reason.startsWith("by ") ? `${verb} ${reason}` : `${verb}: ${reason}`;
}
