/** How the value of a criterion is written. */
export type ValueForm =
  "none" | "word" | "words" | "regex" | "number" | "signed" | "score" | "days" | "count" | "cpu" | "memory";

/** What an admission criterion of one name, or a sub criterion, may say. */
export interface Spec {
  name: string;
  /** What it looks at, in words. */
  label: string;
  about: string;
  /** Of a custom path, which has one specification for each. */
  valueType?: string;
  /** Its operators in a deny rule; none: it cannot stand there. */
  deny: readonly string[];
  /** Its operators in an exception. */
  exception: readonly string[];
  value: ValueForm;
  /** What its value is made of; any words where there are none. */
  words?: readonly string[];
  sub?: readonly Spec[];
  /** The only other criteria that may stand beside it. */
  only?: string;
}

export const customPath = "customPath";

const isOne = ["="];
const any = ["containsAny", "notContainsAny"];
const some = ["containsAll", ...any];
const set = [...some, "containsOtherThan"];
const user = [...any, "regex", "!regex"];
const userGroups = [...set, "regex", "!regex"];
const from = [">="];
const count = [">=", "<="];
const key = ["exist", "notExist"];
const flag = ["true", "false"];

const published = [sub("publishDays", "Days since published", "For at least so many days.", from, "days")];
const limits = [">", "<="];
const resources = [
  sub("cpuRequest", "CPU request", "Cores such as 2, 0.5 or 500m.", limits, "cpu"),
  sub("cpuLimit", "CPU limit", "Cores such as 2, 0.5 or 500m.", limits, "cpu"),
  sub("memoryRequest", "Memory request", "Bytes such as 1048576, 100Mi or 1G.", limits, "memory"),
  sub("memoryLimit", "Memory limit", "Bytes such as 1048576, 100Mi or 1G.", limits, "memory"),
];

/** The criteria of admission rules, as the server knows them. */
export const specs: readonly Spec[] = [
  both("image", "Image", any),
  both("imageRegistry", "Image registry", any),
  both("namespace", "Namespace", any),
  both("user", "User", user),
  both("userGroups", "User groups", userGroups),
  both("labels", "Labels", set),
  both("annotations", "Annotations", set),
  both("mountVolumes", "Mounted volumes", set),
  both("envVars", "Environment variables", set),
  both("cveNames", "CVE names", set),
  both("modules", "Image modules", set),
  both("imageVerifiers", "Image verifiers", some),
  { ...both("storageClassName", "Storage class", any), exception: [], only: "namespace" },
  counted("cveCriticalCount", "Critical CVEs"),
  counted("cveHighCount", "High and critical CVEs"),
  counted("cveHighCountNoCritical", "High CVEs"),
  counted("cveMediumCount", "Medium CVEs"),
  counted("cveCriticalWithFixCount", "Critical CVEs with a fix"),
  counted("cveHighWithFixCount", "High and critical CVEs with a fix"),
  counted("cveHighWithFixCountNoCritical", "High CVEs with a fix"),
  {
    ...sub("cveScoreCount", "CVE score", "A score from 0 to 10 that CVEs have at least.", from, "score"),
    sub: [sub("count", "How many", "How many CVEs of that score; 1 when it is not said.", from, "count")],
  },
  flagged("imageScanned", "Image is scanned", true),
  flagged("imageSigned", "Image is signed", true),
  flagged("imageCompliance", "Image violates compliance", true),
  flagged("imageNoOS", "Image has no operating system", false),
  flagged("envVarSecrets", "Secrets in environment variables", true),
  flagged("runAsPrivileged", "Runs privileged", true),
  flagged("runAsRoot", "Runs as root", true),
  flagged("sharePidWithHost", "Shares the host's processes", false),
  flagged("shareIpcWithHost", "Shares the host's IPC", false),
  flagged("shareNetWithHost", "Shares the host's network", false),
  { ...flagged("allowPrivEscalation", "May escalate privileges", false), words: ["true"] },
  { ...flagged("pspCompliance", "Violates pod security policy", false), words: ["true"] },
  { ...flagged("violatePssPolicy", "Violates pod security standard", false), words: ["restricted", "baseline"] },
  { ...sub("resourceLimit", "Resource limits", "At least one of the lines below.", [""], "none"), sub: resources },
  {
    ...sub("saBindRiskyRole", "Service account has a risky role", "Any of these roles.", ["containsTagAny"], "words"),
    words: [
      "risky_role_view_secret",
      "risky_role_any_action_workload",
      "risky_role_any_action_rbac",
      "risky_role_create_pod",
      "risky_role_exec_into_container",
    ],
  },
  path("key", key, "none"),
  path("string", [...key, ...set], "words"),
  path("number", [...key, "=", "!=", ">=", ">", "<="], "signed"),
  { ...path("boolean", [...key, "="], "word"), words: flag },
];

/** The kinds of values that a custom path can lead to. */
export const valueTypes = ["key", "string", "number", "boolean"] as const;

function both(name: string, label: string, ops: readonly string[]): Spec {
  return { name, label, about: "One or more, with commas between them.", deny: ops, exception: ops, value: "words" };
}

function counted(name: string, label: string): Spec {
  return { name, label, about: "How many.", deny: from, exception: count, value: "number", sub: published };
}

function flagged(name: string, label: string, isInBoth: boolean): Spec {
  return { name, label, about: "", deny: isOne, exception: isInBoth ? isOne : [], value: "word", words: flag };
}

function sub(name: string, label: string, about: string, deny: readonly string[], value: ValueForm): Spec {
  return { name, label, about, deny, exception: [], value };
}

function path(valueType: string, deny: readonly string[], value: ValueForm): Spec {
  return { ...sub(customPath, "Custom path", "A field of the workload.", deny, value), valueType };
}

/** The operators that a criterion has in a rule of a type. */
export function operatorsOf(spec: Spec, isDeny: boolean): readonly string[] {
  return isDeny ? spec.deny : spec.exception;
}

/** How the value behind an operator is written. */
export function formOf(spec: Spec, op: string): ValueForm {
  if (op === "exist" || op === "notExist") {
    return "none";
  }
  return op === "regex" || op === "!regex" ? "regex" : spec.value;
}

/** What a criterion may say; undefined for one that there is not. */
export function specOf(name: string, valueType: string, of: readonly Spec[] = specs): Spec | undefined {
  return of.find((s) => s.name === name && (s.name !== customPath || s.valueType === valueType));
}

const says: Record<ValueForm, string> = {
  none: "nothing",
  word: "one word",
  words: "words with commas between them",
  regex: "a regular expression of at most 1024 bytes",
  number: "a number such as 3 or 7.5",
  signed: "a number such as 3 or -7.5",
  score: "a number from 0 to 10",
  days: "a whole number such as 30",
  count: "a whole number from 1 on",
  cpu: "an amount of cores such as 2, 0.5 or 500m",
  memory: "an amount of bytes such as 1048576, 100Mi or 1G",
};

/** What is wrong with the value of a criterion. */
export function checkAdmissionValue(spec: Spec, op: string, value: string): string | undefined {
  const form = formOf(spec, op);
  if (isValue(form, value.trim(), spec.words)) {
    return undefined;
  }
  return spec.words === undefined ? `Write ${says[form]}.` : "Choose from the list.";
}

function isValue(form: ValueForm, text: string, words: readonly string[] | undefined): boolean {
  switch (form) {
    case "none":
      return true;
    case "word":
      return words?.includes(text) ?? text !== "";
    case "words": {
      const list = wordsIn(text);
      return list.length > 0 && list.every((w) => words?.includes(w) ?? true);
    }
    case "regex":
      return text !== "" && new TextEncoder().encode(text).length <= 1024;
    case "number":
      return isAmount(text, 0, 1e18, /^$/);
    case "signed":
      return isAmount(text, -1e18, 1e18, /^$/);
    case "score":
      return isAmount(text, 0, 10, /^$/);
    case "days":
      return /^\d{1,18}$/.test(text);
    case "count":
      return /^\d{1,18}$/.test(text) && Number(text) >= 1;
    case "cpu":
      return isAmount(text, 0, 1e18, /^m?$/);
    case "memory":
      return isAmount(text, 0, 1e18, /^(k|[MGTPE]|[KMGTPE]i)?$/);
  }
}

function isAmount(text: string, least: number, most: number, unit: RegExp): boolean {
  const found = /^(-?\d{1,19}(?:\.\d{1,9})?)([A-Za-z]*)$/.exec(text);
  const n = Number(found?.[1]);
  return found !== null && n >= least && n <= most && unit.test(found[2] ?? "");
}

/** The words of a list, each once. */
export function wordsIn(text: string): string[] {
  return [...new Set(text.split(",").map((w) => w.trim()))].filter((w) => w !== "");
}
