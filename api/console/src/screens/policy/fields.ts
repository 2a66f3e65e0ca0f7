/** A field of an object, as people read it. */
export interface Field {
  name: string;
  value: Value;
}

/** What a field says. */
export type Value =
  { is: "text"; text: string } | { is: "time"; at: number | undefined } | { is: "list"; items: readonly string[] };

/** All fields of an object that say something; those that are empty say so at the end. */
export function fieldsOf(object: object): { said: Field[]; empty: string[] } {
  const said: Field[] = [];
  const empty: string[] = [];
  for (const [key, value] of Object.entries(object)) {
    const name = nameOf(key);
    const read = valueOf(key, value);
    if (read === undefined) {
      empty.push(name);
    } else {
      said.push({ name, value: read });
    }
  }
  return { said, empty };
}

function nameOf(key: string): string {
  const text = key.replaceAll("_", " ").replace(/ timestamp$/, "");
  return text === "cfg type" ? "scope" : text === "id" ? "number" : text;
}

function valueOf(key: string, value: unknown): Value | undefined {
  if (key.endsWith("_timestamp")) {
    return { is: "time", at: typeof value === "number" && value > 0 ? value * 1_000 : undefined };
  }
  if (Array.isArray(value)) {
    return value.length === 0 ? undefined : { is: "list", items: value.map(sentence) };
  }
  const text = key === "cfg_type" ? scopeWord(value) : sentence(value);
  return text === "" ? undefined : { is: "text", text };
}

function scopeWord(value: unknown): string {
  return value === "federal" ? "federated" : "the cluster's own";
}

/** A value as one line: parts of an object by name, without those that say nothing. */
function sentence(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value;
    case "boolean":
      return value ? "yes" : "no";
    case "number":
      return String(value);
    case "object":
      break;
    default:
      return "";
  }
  if (value === null) {
    return "";
  }
  if (Array.isArray(value)) {
    return value.map(sentence).join(", ");
  }
  return Object.entries(value)
    .filter(([key, part]) => !key.endsWith("_timestamp") && sentence(part) !== "")
    .map(([key, part]) => `${nameOf(key)}: ${sentence(part)}`)
    .join(", ");
}
