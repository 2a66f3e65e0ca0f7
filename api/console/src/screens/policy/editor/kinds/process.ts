import type { Scope } from "../../../../hooks/draft.ts";
import { hasControl, tooLong } from "../checks.ts";
import { checkCommon, checkGroup, readCommon, writeCommon } from "../common.ts";
import { findings, newRow, type Common, type Errors, type KindForm } from "../form.ts";
import { flagOf, shapesOf, textOf } from "../reading.ts";

export interface ProcessRow {
  row: number;
  name: string;
  path: string;
  action: string;
  mayUpdate: boolean;
}

export interface ProcessValues extends Common {
  group: string;
  baseline: string;
  /** Always empty for a federated group. */
  mode: string;
  isSilent: boolean;
  isHashed: boolean;
  processes: ProcessRow[];
}

export const processModes = ["", "Discover", "Monitor", "Protect"] as const;

const maxProcesses = 1000;
const maxText = 4096;

export const processForm: KindForm<ProcessValues> = {
  kind: "process",
  read: (o) => ({
    ...readCommon(o),
    group: textOf(o, "group"),
    baseline: textOf(o, "baseline") === "basic" ? "basic" : "zero-drift",
    mode: textOf(o, "mode"),
    isSilent: flagOf(o, "alert_disabled"),
    isHashed: flagOf(o, "hash_enabled"),
    processes: shapesOf(o, "process_list").map((p) => ({
      row: newRow(),
      name: textOf(p, "name"),
      path: textOf(p, "path"),
      action: textOf(p, "action", "allow"),
      mayUpdate: flagOf(p, "allow_update"),
    })),
  }),
  write: (v, scope) => ({
    group: v.group,
    alert_disabled: v.isSilent,
    hash_enabled: v.isHashed,
    baseline: v.baseline,
    mode: modeIn(v, scope),
    process_list: v.processes.map(({ name, path, action, mayUpdate }) => ({
      name: name.trim(),
      path: path.trim(),
      action,
      allow_update: mayUpdate,
    })),
    ...writeCommon(v, scope),
  }),
  nameOf: (v) => v.group,
  check: (v, scope, around): Errors => {
    const f = findings();
    checkGroup(f, v.group, around);
    f.note("processes", v.processes.length > maxProcesses ? `A profile has at most ${maxProcesses}.` : undefined);
    const seen = new Set<string>();
    v.processes.forEach((p, i) => {
      const key = `${p.name.trim()} ${p.path.trim()}`;
      f.note(`processes.${i}.name`, checkProcessName(p));
      f.note(`processes.${i}.name`, seen.has(key) ? "This process is there twice." : undefined);
      f.note(`processes.${i}.path`, checkPath(p));
      seen.add(key);
    });
    checkCommon(f, v, scope);
    return f.errors;
  },
};

function modeIn({ mode }: ProcessValues, scope: Scope): string {
  return scope === "fed" ? "" : mode;
}

function checkProcessName({ name }: ProcessRow): string | undefined {
  const text = name.trim();
  if (text === "") {
    return "Write a name; * stands for any.";
  }
  return hasControl(text) ? "There is a control character in it." : tooLong(text, maxText);
}

function checkPath({ name, path, action }: ProcessRow): string | undefined {
  const text = path.trim();
  const isAny = text === "" || text === "*";
  const isAbsolute = text.startsWith("/") && !text.endsWith("/") && !/[<>]/.test(text) && text.split("*").length <= 2;
  if (!isAny && !isAbsolute) {
    return "Write an absolute path with at most one *, without < and > and without / at its end.";
  }
  if (name.trim() === "*" && text === "") {
    return "Write the path of what may have any name; * stands for any.";
  }
  if (name.trim() === "*" && (text === "*" || text === "/*") && action === "deny") {
    return "This would deny every process; name those that are not to run.";
  }
  return hasControl(text) ? "There is a control character in it." : tooLong(text, maxText);
}
