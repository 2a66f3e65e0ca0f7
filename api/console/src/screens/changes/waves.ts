import type { Wire } from "../../api.ts";
import { matches, parseSelector, type Labels } from "../../parts/selector.ts";

/** One wave as it is put together; what is not filled in is "". */
export interface WaveForm {
  /** Tells the waves of a form apart; it is not sent. */
  key: number;
  selector: string;
  percent: number | "";
  soak: number | "";
  unit: SoakUnit;
}

export type SoakUnit = keyof typeof soakUnits;

/** The units of soak times in seconds. */
export const soakUnits = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 } as const;

/** The bounds that the server keeps. */
export const mostWaves = 100;
export const mostSoakSeconds = 30 * 86_400;
export const mostComment = 4_096;

/** A cluster as far as waves tell clusters apart. */
export interface Candidate {
  id: string;
  name: string;
  labels: Labels;
}

/** What one wave would take of the clusters of now. */
export interface WavePreview {
  /** How many clusters the selector chooses. */
  chosen: number;
  takes: number;
  /** Whether the number is certain; where waves of different selectors draw from the same clusters it is not. */
  isExact: boolean;
  /** The clusters that it takes, or those it draws from when it takes only some of them. */
  from: readonly Candidate[];
}

export interface Preview {
  waves: readonly WavePreview[];
  /** What the server adds for clusters that no wave takes; null when the last wave takes all. */
  rest: WavePreview | null;
}

/**
 * Says how many clusters each wave takes. The master fills a wave up to its percentage of those that its selector chooses,
 * those of earlier waves included, rounded up; which ones it draws is decided when the rollout starts.
 */
export function preview(waves: readonly WaveForm[], fleet: readonly Candidate[]): Preview {
  const taken = new Set<Candidate>(); // as many as are taken; where a wave draws, any of those it draws from
  const sure = new Set<Candidate>(); // those that are taken whatever is drawn
  const drawn: ReadonlySet<Candidate>[] = []; // from which clusters the waves drew
  const take = (selector: string, percent: number): WavePreview => {
    const isFor = chooser(selector);
    const chosen = fleet.filter((c) => isFor(c.labels));
    const free = chosen.filter((c) => !taken.has(c));
    const want =
      percent === 0 ? free.length : Math.ceil((chosen.length * percent) / 100) - (chosen.length - free.length);
    const takes = Math.min(Math.max(want, 0), free.length);
    const isChosen = new Set(chosen);
    const isExact = drawn.every((d) => isWithin(d, isChosen) || !isTouching(d, isChosen));
    const from = takes === 0 ? [] : chosen.filter((c) => !sure.has(c));
    for (const c of free.slice(0, takes)) {
      taken.add(c);
    }
    if (takes === free.length) {
      chosen.forEach((c) => sure.add(c));
    } else if (takes > 0) {
      drawn.push(new Set(from));
    }
    return { chosen: chosen.length, takes, isExact, from };
  };
  const out = waves.map(({ selector, percent }) => take(selector, Number(percent) % 100));
  const last = waves.at(-1);
  const isWhole = last === undefined || (last.selector.trim() === "" && Number(last.percent) % 100 === 0);
  return { waves: out, rest: isWhole ? null : take("", 0) };
}

/** What a selector chooses by labels; one that cannot be read chooses nothing. */
function chooser(text: string): (labels: Labels) => boolean {
  const parsed = parseSelector(text);
  return parsed.is === "wrong" ? () => false : (labels) => matches(parsed.selector, labels);
}

function isWithin<T>(part: ReadonlySet<T>, whole: ReadonlySet<T>): boolean {
  return [...part].every((one) => whole.has(one));
}

function isTouching<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean {
  return [...a].some((one) => b.has(one));
}

/** What is wrong with a wave, by its fields; nothing when all is well. */
export interface WaveFaults {
  selector?: string;
  percent?: string;
  soak?: string;
}

/** Says what the server would refuse of a wave. */
export function faultsOf({ selector, percent, soak, unit }: WaveForm): WaveFaults {
  const parsed = parseSelector(selector);
  const seconds = Number(soak) * soakUnits[unit];
  return {
    ...(parsed.is === "wrong" ? { selector: parsed.reason } : {}),
    ...(percent !== "" && !(Number.isInteger(percent) && percent >= 1 && percent <= 100)
      ? { percent: "Give a whole number from 1 to 100, or nothing for all." }
      : {}),
    ...(seconds >= 0 && seconds <= mostSoakSeconds ? {} : { soak: "At most 30 days." }),
  };
}

/** The plan as it is sent. */
export function planOf(waves: readonly WaveForm[], manual: boolean, comment: string): Wire["RolloutPlan"] {
  return {
    manual,
    ...(comment.trim() === "" ? {} : { comment: comment.trim() }),
    waves: waves.map(({ selector, percent, soak, unit }) => ({
      ...(selector.trim() === "" ? {} : { selector: selector.trim() }),
      ...(percent === "" ? {} : { percent }),
      soak_seconds: Math.round(Number(soak) * soakUnits[unit]),
    })),
  };
}

/** A way to begin with. */
export interface Preset {
  label: string;
  waves: readonly Omit<WaveForm, "key">[];
}

const tenMinutes = { soak: 10, unit: "minutes" } as const;
const byPercent = (...parts: number[]): Preset => ({
  label: `${parts.map((p) => `${p} %`).join(" – ")} – all`,
  waves: [...parts, "" as const].map((percent) => ({ selector: "", percent, ...tenMinutes })),
});

/** At most so many waves are made of the values of one label. */
const mostValues = 6;
/** At most so many labels are offered. */
const mostLabels = 3;

/** Presets by percentages, and by the labels that tell the clusters of this fleet apart. */
export function presets(fleet: readonly Candidate[]): Preset[] {
  const values = new Map<string, Set<string>>();
  for (const { labels } of fleet) {
    for (const [key, value] of Object.entries(labels)) {
      values.set(key, (values.get(key) ?? new Set()).add(value));
    }
  }
  const labels = [...values]
    .filter(([, set]) => set.size > 1 && set.size <= mostValues)
    .sort(([a], [b]) => a.localeCompare(b))
    .slice(0, mostLabels)
    .map(([key, set]): Preset => {
      const sorted = [...set].sort((a, b) => a.localeCompare(b, undefined, { numeric: true }));
      return {
        label: `by ${key}: ${sorted.join(", ")}`,
        waves: sorted.map((value) => ({ selector: `${key}=${value}`, percent: "", ...tenMinutes })),
      };
    });
  return [byPercent(5, 25), byPercent(1, 10, 50), ...labels];
}
