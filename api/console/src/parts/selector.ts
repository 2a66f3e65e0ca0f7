/** Most bytes that the text of a selector may have. */
export const maxTargetsLength = 1024;

/** Labels of a cluster. */
export type Labels = Readonly<Record<string, string>>;

/** A selector over labels, as Kubernetes writes them: "env=prod,region in (eu,us),!edge". All requirements count. */
export type Selector = readonly Requirement[];

interface Requirement {
  key: string;
  op: Operator;
  /** Sorted, each once; none where the operator takes none. */
  values: readonly string[];
}

type Operator = "exists" | "!" | "=" | "!=" | "in" | "notin" | ">" | "<";

/** What became of a text: a selector, or the reason why it is none. */
export type Parsed = { is: "selector"; selector: Selector } | { is: "wrong"; reason: string };

/** Reads a selector. Nothing, or blanks, chooses every cluster. */
export function parseSelector(text: string): Parsed {
  if (new TextEncoder().encode(text).length > maxTargetsLength) {
    return { is: "wrong", reason: `The selector is too long; at most ${maxTargetsLength} bytes are kept.` };
  }
  try {
    return { is: "selector", selector: new Parser(tokensOf(text)).selector() };
  } catch (cause) {
    if (cause instanceof Wrong) {
      return { is: "wrong", reason: `${cause.message}. Write it like env=prod,region in (eu,us).` };
    }
    throw cause;
  }
}

/** Whether a selector chooses something with the given labels. */
export function matches(selector: Selector, labels: Labels): boolean {
  return selector.every((r) => holds(r, Object.hasOwn(labels, r.key) ? labels[r.key] : undefined));
}

/** Whether the text of a selector chooses something with the given labels. A text that is none chooses nothing. */
export function chooses(targets: string, labels: Labels): boolean {
  const parsed = parseSelector(targets);
  return parsed.is === "selector" && matches(parsed.selector, labels);
}

/** The one text that stands for a selector; selectors that say the same have the same. */
export function selectorText(selector: Selector): string {
  const words = selector.map(requirementText);
  return [...new Set(words)].sort(byCode).join(",");
}

function requirementText({ key, op, values }: Requirement): string {
  switch (op) {
    case "exists":
      return key;
    case "!":
      return `!${key}`;
    case "in":
      return values.length === 1 ? `${key}=${values.join()}` : `${key} in (${values.join(",")})`;
    case "notin":
      return values.length === 1 ? `${key}!=${values.join()}` : `${key} notin (${values.join(",")})`;
    default:
      return `${key}${op}${values.join()}`;
  }
}

function holds({ op, values }: Requirement, value: string | undefined): boolean {
  switch (op) {
    case "exists":
      return value !== undefined;
    case "!":
      return value === undefined;
    case "=":
    case "in":
      return value !== undefined && values.includes(value);
    case "!=":
    case "notin":
      return value === undefined || !values.includes(value);
    case ">":
    case "<": {
      const [is, limit] = [wholeNumber(value), wholeNumber(values[0])];
      return is !== undefined && limit !== undefined && (op === ">" ? is > limit : is < limit);
    }
  }
}

/** A whole number that fits into 64 bits. */
function wholeNumber(text: string | undefined): bigint | undefined {
  if (text === undefined || !/^[+-]?\d+$/.test(text)) {
    return undefined;
  }
  const n = BigInt(text.replace("+", ""));
  return BigInt.asIntN(64, n) === n ? n : undefined;
}

class Wrong extends Error {}

type Token = { is: "sign"; text: string } | { is: "word"; text: string } | { is: "end"; text: "" };

const signs = [")", ",", "!", "==", "=", ">", "<", "!=", "("];
const end: Token = { is: "end", text: "" };

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (const [part] of text.matchAll(/[=!(),><]+|[^=!(),><\s]+/g)) {
    if (!/^[=!(),><]/.test(part)) {
      tokens.push({ is: "word", text: part });
      continue;
    }
    for (let rest = part; rest !== "";) {
      const sign = signs.filter((s) => rest.startsWith(s)).sort((a, b) => b.length - a.length)[0] ?? rest;
      tokens.push({ is: "sign", text: sign });
      rest = rest.slice(sign.length);
    }
  }
  return tokens;
}

/** Reads tokens the way that Kubernetes does. */
class Parser {
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  selector(): Requirement[] {
    const out: Requirement[] = [];
    while (this.peek().is !== "end") {
      out.push(this.requirement());
      if (this.peek().is === "end") {
        break;
      }
      this.expect(",");
      if (this.peek().is !== "word" && this.peek().text !== "!") {
        throw this.wrong("a label");
      }
    }
    return out;
  }

  private requirement(): Requirement {
    const isNegated = this.skip("!");
    const key = this.word("a label");
    checkKey(key);
    if (isNegated) {
      return { key, op: "!", values: [] };
    }
    if (this.peek().is === "end" || this.peek().text === ",") {
      return { key, op: "exists", values: [] };
    }
    const op = this.operator();
    const values = op === "in" || op === "notin" ? this.list(op) : [this.value()];
    values.forEach((value) => checkValue(key, value));
    if ((op === ">" || op === "<") && wholeNumber(values[0]) === undefined) {
      throw new Wrong(`“${values.join()}” is not a whole number`);
    }
    return { key, op, values: [...new Set(values)].sort(byCode) };
  }

  private operator(): Operator {
    const { text } = this.next();
    switch (text) {
      case "=":
      case "==":
        return "=";
      case "!=":
      case "in":
      case "notin":
      case ">":
      case "<":
        return text;
    }
    this.at--;
    throw this.wrong("one of = != in notin > <");
  }

  private value(): string {
    return this.peek().is === "end" || this.peek().text === "," ? "" : this.word("a value");
  }

  private list(op: string): string[] {
    this.expect("(");
    if (this.peek().text === ")") {
      throw new Wrong(`The list of “${op}” is empty`);
    }
    const values = [this.element()];
    while (!this.skip(")")) {
      this.expect(",");
      values.push(this.element());
    }
    return values;
  }

  private element(): string {
    return this.peek().text === "," || this.peek().text === ")" ? "" : this.word("a value");
  }

  private word(what: string): string {
    if (this.peek().is !== "word") {
      throw this.wrong(what);
    }
    return this.next().text;
  }

  private expect(sign: string): void {
    if (!this.skip(sign)) {
      throw this.wrong(`“${sign}”`);
    }
  }

  private skip(sign: string): boolean {
    const { is, text } = this.peek();
    if (is !== "sign" || text !== sign) {
      return false;
    }
    this.at++;
    return true;
  }

  private peek(): Token {
    return this.tokens[this.at] ?? end;
  }

  private next(): Token {
    const token = this.peek();
    this.at++;
    return token;
  }

  private wrong(what: string): Wrong {
    const { is, text } = this.peek();
    return new Wrong(
      is === "end" ? `There should be ${what} at the end` : `There should be ${what} where “${text}” is`,
    );
  }
}

const nameShape = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const domainShape = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

function checkKey(key: string): void {
  const [prefix, ...rest] = key.split("/");
  const name = rest.length === 0 ? (prefix ?? "") : rest.join("/");
  const isPrefixed = rest.length > 0;
  const hasBadPrefix = isPrefixed && (prefix === undefined || prefix.length > 253 || !domainShape.test(prefix));
  if (hasBadPrefix || name.length > 63 || !nameShape.test(name)) {
    throw new Wrong(`“${key}” cannot be a label`);
  }
}

function checkValue(key: string, value: string): void {
  if (value !== "" && (value.length > 63 || !nameShape.test(value))) {
    throw new Wrong(`“${value}” cannot be a value of ${key}`);
  }
}

function byCode(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
