import { checkAdmissionValue, customPath, formOf, operatorsOf, specOf, specs, type Spec } from "../admission.ts";
import { maxComment, tooLong } from "../checks.ts";
import { checkCommon, readCommon, writeCommon } from "../common.ts";
import { findings, newRow, type Common, type Errors, type KindForm } from "../form.ts";
import { flagOf, shapesOf, textOf, textsOf, type Shape } from "../reading.ts";

export interface SubRow {
  row: number;
  name: string;
  op: string;
  value: string;
}

export interface AdmissionRow extends SubRow {
  /** Of a custom path. */
  path: string;
  valueType: string;
  subs: SubRow[];
}

export interface AdmissionValues extends Common {
  /** "deny" or "exception". */
  type: string;
  /** Only of a deny rule; empty for the mode of the cluster. */
  mode: string;
  comment: string;
  criteria: AdmissionRow[];
  /** None for all. */
  containers: string[];
  isDisabled: boolean;
}

export const containerKinds = ["containers", "init_containers", "ephemeral_containers"] as const;

const maxCriteria = 64;
const maxText = 4096;
const pathShape = /^item(\.[A-Za-z_][A-Za-z0-9_/-]*(\[_\])*)+$/;

export const admissionForm: KindForm<AdmissionValues> = {
  kind: "admission",
  read: (o) => ({
    ...readCommon(o),
    type: textOf(o, "rule_type", "deny") === "deny" ? "deny" : "exception",
    mode: textOf(o, "rule_mode"),
    comment: textOf(o, "comment"),
    criteria: shapesOf(o, "criteria").map(readCriterion),
    containers: textsOf(o, "containers"),
    isDisabled: flagOf(o, "disable"),
  }),
  write: (v, scope) => ({
    comment: v.comment,
    rule_type: v.type,
    rule_mode: v.type === "deny" ? v.mode : "",
    criteria: v.criteria.map(writeCriterion),
    containers: v.containers.length === containerKinds.length ? [] : v.containers,
    disable: v.isDisabled,
    ...writeCommon(v, scope),
  }),
  check: (v, scope): Errors => {
    const f = findings();
    f.note("comment", tooLong(v.comment, maxComment));
    f.note("criteria", checkCriteria(v.criteria));
    v.criteria.forEach((c, i) => noteCriterion(f.note, `criteria.${i}`, c, v));
    checkCommon(f, v, scope);
    return f.errors;
  },
};

function readCriterion(c: Shape): AdmissionRow {
  const isPath = textOf(c, "type") === customPath || textOf(c, "name") === customPath;
  return {
    ...readSub(c),
    name: isPath ? customPath : textOf(c, "name"),
    path: isPath ? textOf(c, "path") : "",
    valueType: isPath ? textOf(c, "value_type", "key") : "",
    subs: shapesOf(c, "sub_criteria").map(readSub),
  };
}

function readSub(c: Shape): SubRow {
  return { row: newRow(), name: textOf(c, "name"), op: textOf(c, "op"), value: textOf(c, "value") };
}

function writeCriterion(c: AdmissionRow): Shape {
  const spec = specOf(c.name, c.valueType);
  return {
    ...writeSub(c, spec),
    ...(c.subs.length === 0 ? {} : { sub_criteria: c.subs.map((s) => writeSub(s, specOf(s.name, "", spec?.sub))) }),
    ...(c.name === customPath ? { type: customPath, path: everyElement(c.path.trim()), value_type: c.valueType } : {}),
  };
}

function writeSub({ name, op, value }: SubRow, spec: Spec | undefined): Shape {
  return { name, op, value: spec !== undefined && formOf(spec, op) === "none" ? "" : value.trim() };
}

/** A path with "[_]" for the first element of a list, which stands for all of them. */
function everyElement(path: string): string {
  return path.replace(/\.0(?=\.|$)/g, "[_]");
}

function checkCriteria(criteria: readonly AdmissionRow[]): string | undefined {
  if (criteria.length === 0) {
    return "A rule has at least one criterion.";
  }
  if (criteria.length > maxCriteria) {
    return `A rule has at most ${maxCriteria} criteria.`;
  }
  const texts = criteria.map((c) => JSON.stringify(writeCriterion(c)));
  if (new Set(texts).size < texts.length) {
    return "Two criteria say the same; leave one out.";
  }
  const strict = specs.find((s) => s.only !== undefined && criteria.some((c) => c.name === s.name));
  const isAlone = criteria.every((c) => strict === undefined || c.name === strict.name || c.name === strict.only);
  return isAlone ? undefined : "Storage class goes together with namespace only; make two rules.";
}

type Note = (path: string, reason: string | undefined) => void;

function noteCriterion(note: Note, path: string, c: AdmissionRow, { type }: AdmissionValues): void {
  const isDeny = type === "deny";
  const spec = specOf(c.name, c.valueType);
  if (spec === undefined || operatorsOf(spec, isDeny).length === 0) {
    const rule = isDeny ? "a deny rule" : "an exception";
    note(`${path}.name`, c.name === "" ? "Choose a criterion." : `This cannot stand in ${rule}.`);
    return;
  }
  noteSub(note, path, c, spec, isDeny);
  if (c.name === customPath) {
    note(`${path}.path`, checkCustomPath(c.path.trim()));
  }
  if (spec.value === "none" && spec.sub !== undefined && c.subs.length === 0) {
    note(`${path}.subs`, "Add at least one line.");
  }
  c.subs.forEach((s, i) => {
    const inner = specOf(s.name, "", spec.sub);
    if (inner === undefined || operatorsOf(inner, isDeny).length === 0) {
      note(`${path}.subs.${i}.name`, "This cannot stand here.");
    } else {
      noteSub(note, `${path}.subs.${i}`, s, inner, isDeny);
    }
  });
}

function noteSub(note: Note, path: string, row: SubRow, spec: Spec, isDeny: boolean): void {
  note(`${path}.op`, operatorsOf(spec, isDeny).includes(row.op) ? undefined : "Choose an operator.");
  note(`${path}.value`, checkAdmissionValue(spec, row.op, row.value) ?? tooLong(row.value, maxText));
}

function checkCustomPath(path: string): string | undefined {
  return pathShape.test(everyElement(path)) ? tooLong(path, maxText) : "Write it like item.spec.containers[_].image";
}
