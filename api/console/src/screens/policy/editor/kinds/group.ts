import { isAddressValue } from "../address.ts";
import { bytes, maxComment, ownName, tooLong, wholeName } from "../checks.ts";
import { checkCommon, checkOwnName, readCommon, writeCommon } from "../common.ts";
import { findings, newRow, type Common, type Errors, type KindForm } from "../form.ts";
import { flagOf, numberOf, shapesOf, textOf } from "../reading.ts";

export interface CriterionRow {
  row: number;
  key: string;
  op: string;
  value: string;
}

export interface GroupValues extends Common {
  name: string;
  comment: string;
  criteria: CriterionRow[];
  /** Those of a reserved group cannot be changed. */
  isReserved: boolean;
  isMeasured: boolean;
  sessions: number;
  sessionRate: number;
  bandwidth: number;
}

export const criterionOperators = ["=", "!=", "contains", "prefix", "regex", "!regex"] as const;

/** Keys with a meaning of their own; any other key is that of a label. */
export const criterionKeys = ["image", "node", "container", "service", "address", "domain", "namespace", "label"];

/** The groups that a federation has from the beginning. */
const reserved = ["fed.nodes", "fed.containers"];

const maxCriteria = 256;
const maxCriterion = 1024;
const maxMetric = 2 ** 32 - 1;
const keyShape = /^[/a-zA-Z0-9]+[/.:a-zA-Z0-9_-]*$/;

export const groupForm: KindForm<GroupValues> = {
  kind: "group",
  read: (o, scope) => ({
    ...readCommon(o),
    name: ownName(textOf(o, "name"), scope),
    comment: textOf(o, "comment"),
    criteria: shapesOf(o, "criteria").map((c) => ({
      row: newRow(),
      key: textOf(c, "key"),
      op: textOf(c, "op", "="),
      value: textOf(c, "value"),
    })),
    isReserved: flagOf(o, "reserved") || reserved.includes(textOf(o, "name")),
    isMeasured: flagOf(o, "monitor_metric"),
    sessions: numberOf(o, "group_sess_cur"),
    sessionRate: numberOf(o, "group_sess_rate"),
    bandwidth: numberOf(o, "group_band_width"),
  }),
  write: (v, scope) => ({
    name: wholeName(v.name, scope),
    comment: v.comment,
    ...(v.isReserved ? {} : { criteria: v.criteria.map(({ key, op, value }) => ({ key, op, value })) }),
    monitor_metric: v.isMeasured,
    group_sess_cur: v.sessions,
    group_sess_rate: v.sessionRate,
    group_band_width: v.bandwidth,
    ...writeCommon(v, scope),
  }),
  nameOf: (v, scope) => wholeName(v.name, scope),
  check: (v, scope, around): Errors => {
    const f = findings();
    checkOwnName(f, v.name, scope, around);
    if (around.isNew && v.name !== "" && isMeaningful(wholeName(v.name, scope))) {
      f.note("name", "This name has a meaning of its own; choose another name.");
    }
    f.note("comment", tooLong(v.comment, maxComment));
    if (!v.isReserved) {
      f.note("criteria", checkCriteria(v.criteria));
      v.criteria.forEach((c, i) => {
        f.note(`criteria.${i}.key`, checkKey(c.key));
        f.note(
          `criteria.${i}.op`,
          c.key === "address" && c.op !== "=" ? "Addresses are only compared with =" : undefined,
        );
        f.note(`criteria.${i}.value`, checkValue(c));
      });
    }
    for (const metric of ["sessions", "sessionRate", "bandwidth"] as const) {
      const n = v[metric];
      const isGood = Number.isInteger(n) && n >= 0 && n <= maxMetric;
      f.note(metric, isGood ? undefined : `Write a whole number from 0 to ${maxMetric}.`);
    }
    checkCommon(f, v, scope);
    return f.errors;
  },
};

function isMeaningful(name: string): boolean {
  return ["external", "nodes", "containers", ...reserved].includes(name) || /^(nv\.|Host:|Workload:)/.test(name);
}

function checkCriteria(criteria: readonly CriterionRow[]): string | undefined {
  const addresses = criteria.filter((c) => c.key === "address").length;
  if (criteria.length === 0) {
    return "A group has at least one criterion.";
  }
  if (criteria.length > maxCriteria) {
    return `A group has at most ${maxCriteria} criteria.`;
  }
  return addresses > 0 && addresses < criteria.length
    ? "Criteria on addresses cannot stand beside others; make two groups."
    : undefined;
}

function checkKey(key: string): string | undefined {
  if (key === "") {
    return "Choose a key, or write that of a label.";
  }
  return keyShape.test(key) ? tooLong(key, maxCriterion) : "Use only letters, digits and / . : _ -";
}

function checkValue({ key, op, value }: CriterionRow): string | undefined {
  if (bytes(value) > maxCriterion) {
    return tooLong(value, maxCriterion);
  }
  if (key === "address") {
    return isAddressValue(value)
      ? undefined
      : "Write an IP address, a block such as 10.0.0.0/8, a range such as 10.0.0.1-10.0.0.9, or a domain name.";
  }
  const isExact = op === "=" || op === "!=";
  if (value === "" && !isExact) {
    return "Write a value; only = and != take none.";
  }
  return isExact && /[?*]/.test(value) && /[$^]/.test(value)
    ? "The wildcards ? and * do not go with ^ and $; use regex."
    : undefined;
}
