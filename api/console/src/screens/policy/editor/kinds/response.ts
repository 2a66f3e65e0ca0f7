import { maxComment, tooLong } from "../checks.ts";
import { checkCommon, readCommon, writeCommon } from "../common.ts";
import { checkAbout } from "../ends.ts";
import { findings, newRow, type Common, type Errors, type KindForm } from "../form.ts";
import { checkPlace, placeOf, type Place } from "../place.ts";
import { flagOf, shapesOf, textOf, textsOf } from "../reading.ts";
import { afterIn } from "./network.ts";

export interface ConditionRow {
  row: number;
  type: string;
  value: string;
}

export interface ResponseValues extends Common {
  event: string;
  /** Empty for whatever group it happens to. */
  group: string;
  conditions: ConditionRow[];
  actions: string[];
  webhooks: string[];
  comment: string;
  isDisabled: boolean;
  place: Place;
}

const maxValue = 1024;
const maxWebhooks = 64;

export const responseForm: KindForm<ResponseValues> = {
  kind: "response",
  read: (o) => ({
    ...readCommon(o),
    event: textOf(o, "event", "security-event"),
    group: textOf(o, "group"),
    conditions: shapesOf(o, "conditions").map((c) => ({
      row: newRow(),
      type: textOf(c, "type"),
      value: textOf(c, "value"),
    })),
    actions: textsOf(o, "actions"),
    webhooks: textsOf(o, "webhooks"),
    comment: textOf(o, "comment"),
    isDisabled: flagOf(o, "disable"),
    place: placeOf(afterIn(o)),
  }),
  write: (v, scope) => ({
    event: v.event,
    comment: v.comment,
    group: v.group,
    conditions: v.conditions.map(({ type, value }) => ({ type, value: value.trim() })),
    actions: v.actions,
    webhooks: v.actions.includes("webhook") ? v.webhooks : [],
    disable: v.isDisabled,
    ...writeCommon(v, scope),
  }),
  placeOf: (v) => v.place,
  check: (v, scope, around): Errors => {
    const f = findings();
    f.note("event", v.event === "" ? "Choose what it is about." : undefined);
    f.note("group", checkAbout(v.group, scope, around.groups));
    f.note(
      "conditions",
      v.conditions.length === 0 ? "Give at least one: the rule would act on everything." : undefined,
    );
    v.conditions.forEach((c, i) => {
      const isTwice = v.conditions.findIndex((o) => o.type === c.type) < i;
      f.note(`conditions.${i}.type`, c.type === "" ? "Choose a condition." : undefined);
      f.note(`conditions.${i}.type`, isTwice ? "This is there twice; make two rules." : undefined);
      f.note(`conditions.${i}.value`, checkCondition(c));
    });
    f.note("actions", v.actions.length === 0 ? "Choose at least one." : undefined);
    if (v.actions.includes("webhook")) {
      f.note("webhooks", v.webhooks.length === 0 ? "Choose at least one webhook to send to." : undefined);
      f.note("webhooks", v.webhooks.length > maxWebhooks ? `A rule has at most ${maxWebhooks}.` : undefined);
      const gone = v.webhooks.find((w) => around.parts?.every((p) => p.name !== w) === true);
      f.note("webhooks", gone === undefined ? undefined : `There is no webhook ${gone} here.`);
    }
    f.note("comment", tooLong(v.comment, maxComment));
    f.note("place", checkPlace(v.place));
    checkCommon(f, v, scope);
    return f.errors;
  },
};

/** Whether the value of a condition counts vulnerabilities, and whether it can say how old their fixes are. */
export function countOf(type: string): "none" | "count" | "count and days" {
  if (!type.startsWith("cve-") || type === "cve-name") {
    return "none";
  }
  return type.endsWith("-with-fix") ? "count and days" : "count";
}

function checkCondition({ type, value }: ConditionRow): string | undefined {
  const text = value.trim();
  if (text === "") {
    return "Write a value.";
  }
  const isNumber = (word: string) => /^\d{1,10}$/.test(word) && Number(word) >= 1 && Number(word) < 2 ** 31;
  switch (countOf(type)) {
    case "none":
      return tooLong(text, maxValue);
    case "count":
      return isNumber(text) ? undefined : "Write a whole number from 1 on.";
    case "count and days":
      return text.split("/").length <= 2 && text.split("/").every(isNumber)
        ? undefined
        : "Write a number such as 3, or 3/30 for fixes that are at least 30 days old.";
  }
}
