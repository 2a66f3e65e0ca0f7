import type { Wire } from "../../api.ts";

type Score = Wire["Score"];
type PartName = Exclude<keyof Score, "total" | "word">;

/** One part of the security score. */
export interface Part {
  name: PartName;
  label: string;
  /** The most that it can be: how much it weighs. */
  most: number;
  /** What counts. */
  counts: string;
}

/** The parts in the order of their weight; docs/score.md explains them. */
export const parts: readonly Part[] = [
  { name: "exposure", label: "Exposure", most: 30, counts: "pods that are reached from outside the cluster" },
  { name: "privileged", label: "Privileged", most: 20, counts: "pods with a privileged container" },
  {
    name: "host_namespaces",
    label: "Host namespaces",
    most: 20,
    counts: "pods that share the network, the processes or the IPC of their host",
  },
  {
    name: "admission",
    label: "Missing admission rules",
    most: 20,
    counts: "5 for each that no rule denies: privileged, root, host namespaces, privilege escalation",
  },
  {
    name: "run_as_root",
    label: "Run as root",
    most: 10,
    counts: "pods with a container that runs, or may run, as root",
  },
];

/** What colors a score: small is good. */
export function scoreColor(word: string): string {
  return { GOOD: "teal", FAIR: "yellow", POOR: "red" }[word] ?? "gray";
}
