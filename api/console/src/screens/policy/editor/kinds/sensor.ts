import { bytes, checkPartName, ownName, tooLong, wholeName } from "../checks.ts";
import { checkCommon, checkOwnName, readCommon, writeCommon } from "../common.ts";
import { findings, newRow, type Common, type Errors, type KindForm } from "../form.ts";
import { flagOf, shapesOf, textOf } from "../reading.ts";

export interface PatternRow {
  row: number;
  op: string;
  value: string;
  context: string;
}

export interface SensorRuleRow {
  row: number;
  name: string;
  patterns: PatternRow[];
}

export interface SensorValues extends Common {
  name: string;
  comment: string;
  rules: SensorRuleRow[];
}

export const patternContexts = ["packet", "url", "header", "body"] as const;

const maxSensorText = 256;
const maxRules = 64;
const maxPatterns = 16;
const maxPattern = 512;
const maxPatternsTogether = 1024;

/** The form of the sensors of a kind, dlp or waf. */
export function sensorForm(kind: "dlp" | "waf"): KindForm<SensorValues> {
  return {
    kind,
    read: (o, scope) => ({
      ...readCommon(o),
      name: ownName(textOf(o, "name"), scope),
      comment: textOf(o, "comment"),
      rules: shapesOf(o, "rules").map((r) => ({
        row: newRow(),
        name: textOf(r, "name"),
        patterns: shapesOf(r, "patterns").map((p) => ({
          row: newRow(),
          op: textOf(p, "op", "regex"),
          value: textOf(p, "value"),
          context: textOf(p, "context") || "packet",
        })),
      })),
    }),
    write: (v, scope) => ({
      name: wholeName(v.name, scope),
      comment: v.comment,
      rules: v.rules.map(({ name, patterns }) => ({
        name,
        patterns: patterns.map(({ op, value, context }) => ({ key: "pattern", op, value, context })),
      })),
      ...writeCommon(v, scope),
    }),
    nameOf: (v, scope) => wholeName(v.name, scope),
    fixed: (o) =>
      flagOf(o, "predefine") ? "This sensor is predefined and cannot be changed; make one of your own." : undefined,
    check: (v, scope, around): Errors => {
      const f = findings();
      checkOwnName(f, v.name, scope, around, maxSensorText);
      f.note("comment", tooLong(v.comment, maxSensorText));
      f.note("rules", v.rules.length > maxRules ? `A sensor has at most ${maxRules} rules.` : undefined);
      v.rules.forEach((rule, i) => {
        const isTwice = v.rules.findIndex((o) => o.name === rule.name) < i;
        f.note(`rules.${i}.name`, checkPartName(rule.name, maxSensorText));
        f.note(`rules.${i}.name`, isTwice ? "There are two of this name." : undefined);
        f.note(`rules.${i}.patterns`, checkPatterns(rule.patterns));
        rule.patterns.forEach((p, j) => f.note(`rules.${i}.patterns.${j}.value`, checkPattern(p.value)));
      });
      checkCommon(f, v, scope);
      return f.errors;
    },
  };
}

function checkPatterns(patterns: readonly PatternRow[]): string | undefined {
  if (patterns.length === 0) {
    return "A rule has at least one pattern.";
  }
  if (patterns.length > maxPatterns) {
    return `A rule has at most ${maxPatterns} patterns.`;
  }
  const together = patterns.reduce((sum, p) => sum + bytes(p.value), 0);
  return together > maxPatternsTogether
    ? `The patterns take ${together} bytes together; at most ${maxPatternsTogether} are kept.`
    : undefined;
}

function checkPattern(value: string): string | undefined {
  return value === "" ? "Write what to look for." : tooLong(value, maxPattern);
}
