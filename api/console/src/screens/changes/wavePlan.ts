import { useMemo, useState } from "react";
import type { Wire } from "../../api.ts";
import type { Cluster } from "../../hooks/fleet.ts";
import {
  faultsOf,
  mostComment,
  mostWaves,
  planOf,
  presets,
  preview,
  type Candidate,
  type Preset,
  type Preview,
  type WaveFaults,
  type WaveForm,
} from "./waves.ts";

/** A rollout that is being put together. */
export interface WavePlan {
  waves: readonly WaveForm[];
  faults: readonly WaveFaults[];
  preview: Preview;
  presets: readonly Preset[];
  manual: boolean;
  comment: string;
  /** Why it cannot be started as it is. */
  whyNot: string | undefined;
  setManual: (manual: boolean) => void;
  setComment: (comment: string) => void;
  choose: (preset: Preset) => void;
  add: () => void;
  change: (key: number, fields: Partial<WaveForm>) => void;
  remove: (key: number) => void;
  /** Moves a wave up or down. */
  move: (key: number, by: -1 | 1) => void;
  toPlan: () => Wire["RolloutPlan"];
}

/** The members of the fleet that waves can take. */
export function candidates(clusters: ReadonlyMap<string, Cluster> | undefined): readonly Candidate[] {
  const members = [...(clusters?.values() ?? [])].filter((c) => c.status !== "kicked" && c.status !== "left");
  return members.map(({ id, name, labels }) => ({ id, name, labels }));
}

let newest = 0;
const keyed = (wave: Omit<WaveForm, "key">): WaveForm => ({ ...wave, key: ++newest });

/** The state of the form that makes a rollout. */
export function useWavePlan(fleet: readonly Candidate[]): WavePlan {
  const offered = useMemo(() => presets(fleet), [fleet]);
  const [waves, setWaves] = useState<readonly WaveForm[]>(() => (offered[0]?.waves ?? []).map(keyed));
  const [manual, setManual] = useState(false);
  const [comment, setComment] = useState("");
  const faults = useMemo(() => waves.map(faultsOf), [waves]);
  const takes = useMemo(() => preview(waves, fleet), [waves, fleet]);
  return {
    waves,
    faults,
    preview: takes,
    presets: offered,
    manual,
    comment,
    whyNot: whyNotOf(waves, faults, comment),
    setManual,
    setComment,
    choose: (preset) => setWaves(preset.waves.map(keyed)),
    add: () => setWaves((old) => [...old, keyed({ selector: "", percent: "", soak: 10, unit: "minutes" })]),
    change: (key, fields) => setWaves((old) => old.map((w) => (w.key === key ? { ...w, ...fields } : w))),
    remove: (key) => setWaves((old) => old.filter((w) => w.key !== key)),
    move: (key, by) => setWaves((old) => moved(old, key, by)),
    toPlan: () => planOf(waves, manual, comment),
  };
}

function whyNotOf(waves: readonly WaveForm[], faults: readonly WaveFaults[], comment: string): string | undefined {
  if (waves.length === 0) {
    return "A rollout needs at least one wave.";
  }
  if (waves.length > mostWaves) {
    return `A rollout has at most ${mostWaves} waves.`;
  }
  if (new TextEncoder().encode(comment).length > mostComment) {
    return "The comment is too long.";
  }
  const wrong = faults.findIndex((f) => Object.keys(f).length > 0);
  return wrong < 0 ? undefined : `Something in wave ${wrong + 1} is wrong.`;
}

/** The waves with one of them moved; at the end of the list it stays. */
export function moved(waves: readonly WaveForm[], key: number, by: -1 | 1): readonly WaveForm[] {
  const from = waves.findIndex((w) => w.key === key);
  const [one, other] = [waves[from], waves[from + by]];
  if (one === undefined || other === undefined) {
    return waves;
  }
  return waves.with(from, other).with(from + by, one);
}
