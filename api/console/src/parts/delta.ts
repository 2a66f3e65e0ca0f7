import { diffArrays } from "diff";

/** How one field of an object became what it is. */
export type Difference =
  | { is: "value"; path: string; before: string | undefined; after: string | undefined }
  /** Of a list: what of it went and came, line by line, in its order. */
  | { is: "list"; path: string; lines: readonly ListLine[] };

export interface ListLine {
  sign: "added" | "removed";
  text: string;
}

/** Written by the server with every change; they say nothing that the change set does not. */
const noise = new Set(["created_at", "modified_at"]);

const words: Record<string, string> = {
  rank: "place",
  ports: "ports",
  from: "from",
  to: "to",
  disable: "disabled",
  group_sess_cur: "sessions at most",
  group_sess_rate: "session rate at most",
  group_band_width: "bandwidth at most",
  process_list: "processes",
  predefine: "predefined",
};

/** The differences between two objects as they are stored; undefined or null is no object. */
export function differences(before: unknown, after: unknown): Difference[] {
  const out: Difference[] = [];
  compare("", before, after, out);
  return out;
}

/** The differences that say more than what an object is called: of a new one not its name, its number and its rank. */
export function shownDifferences({ before, after }: { before?: unknown; after?: unknown }): Difference[] {
  const isWhole = isEmpty(before) || isEmpty(after);
  const all = differences(before, after);
  if (isWhole) {
    const said = new Set(["id", "name", fieldName("rank")]);
    return all.filter((d) => !said.has(d.path));
  }
  // Ranks are for machines to read.
  const moved = { is: "value", path: fieldName("rank"), before: undefined, after: "moved in the order" } as const;
  return all.map((d) => (d.path === moved.path ? moved : d));
}

function compare(path: string, before: unknown, after: unknown, out: Difference[]): void {
  if (isEmpty(before) && isEmpty(after)) {
    return;
  }
  if (Array.isArray(before) || Array.isArray(after)) {
    compareLists(path, listOf(before), listOf(after), out);
    return;
  }
  if (isRecord(before) || isRecord(after)) {
    const was = isRecord(before) ? before : {};
    const is = isRecord(after) ? after : {};
    for (const key of new Set([...Object.keys(was), ...Object.keys(is)])) {
      if (!noise.has(key)) {
        compare(path === "" ? fieldName(key) : `${path} › ${fieldName(key)}`, was[key], is[key], out);
      }
    }
    return;
  }
  const was = isEmpty(before) ? undefined : lineOf(before);
  const is = isEmpty(after) ? undefined : lineOf(after);
  if (was !== is) {
    out.push({ is: "value", path, before: was, after: is });
  }
}

function compareLists(path: string, before: unknown[], after: unknown[], out: Difference[]): void {
  const lines = diffArrays(before.map(lineOf), after.map(lineOf)).flatMap((part): ListLine[] => {
    if (!part.added && !part.removed) {
      return [];
    }
    return part.value.map((text) => ({ sign: part.added ? "added" : "removed", text }));
  });
  if (lines.length > 0) {
    out.push({ is: "list", path, lines });
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : isEmpty(value) ? [] : [value];
}

/** Whether a value is stored as missing: the server leaves those out. */
function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === "" || value === false;
}

/** What people call a field. */
export function fieldName(key: string): string {
  return words[key] ?? key.replaceAll("_", " ");
}

/** A value on one line: a criterion as "image = nginx*", another record as "name nginx · path /usr/sbin/nginx". */
export function lineOf(value: unknown): string {
  if (value === true) {
    return "yes";
  }
  if (value === false || value === null || value === undefined) {
    return "no";
  }
  if (Array.isArray(value)) {
    return value.map(lineOf).join(", ");
  }
  if (!isRecord(value)) {
    return typeof value === "string" ? value : JSON.stringify(value);
  }
  const subject = value["key"] ?? value["name"];
  const { op, value: operand } = value;
  if (typeof subject === "string" && typeof op === "string" && typeof operand === "string") {
    const rest = fields(value, "key", "name", "op", "value");
    return [`${subject} ${op} ${operand}`, ...rest].join(" · ");
  }
  return fields(value).join(" · ");
}

function fields(record: Record<string, unknown>, ...without: string[]): string[] {
  return Object.entries(record)
    .filter(([key, value]) => !without.includes(key) && !isEmpty(value))
    .map(([key, value]) => (value === true ? fieldName(key) : `${fieldName(key)} ${nested(value)}`));
}

function nested(value: unknown): string {
  return isRecord(value)
    ? `(${lineOf(value)})`
    : Array.isArray(value)
      ? `[${value.map(lineOf).join("; ")}]`
      : lineOf(value);
}

/** An object as text with its keys in order, to be compared line by line; "" for none. */
export function plainJson(value: unknown): string {
  return value === null || value === undefined ? "" : `${JSON.stringify(sorted(value), null, 2)}\n`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  if (!isRecord(value)) {
    return value;
  }
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}
