import { anyApplication } from "../applications.ts";
import { maxComment, tooLong } from "../checks.ts";
import { checkCommon, readCommon, writeCommon } from "../common.ts";
import { checkEnd, isSpecial } from "../ends.ts";
import { findings, type Common, type Errors, type KindForm } from "../form.ts";
import { checkPlace, placeOf, type Place } from "../place.ts";
import { checkPorts, normalPorts, portWords } from "../ports.ts";
import { flagOf, numberOf, textOf, textsOf, type Shape } from "../reading.ts";

export interface NetworkValues extends Common {
  from: string;
  to: string;
  /** Entries of the list; none for any. */
  ports: string[];
  /** None for any. */
  applications: string[];
  action: string;
  comment: string;
  isDisabled: boolean;
  priority: number;
  place: Place;
}

export const maxPriority = 100;

export const networkForm: KindForm<NetworkValues> = {
  kind: "network",
  read: (o) => ({
    ...readCommon(o),
    from: textOf(o, "from"),
    to: textOf(o, "to"),
    ports: portWords(textOf(o, "ports")).filter((w) => w !== "any"),
    applications: textsOf(o, "applications").filter((a) => a !== anyApplication),
    action: textOf(o, "action", "deny"),
    comment: textOf(o, "comment"),
    isDisabled: flagOf(o, "disable"),
    priority: numberOf(o, "priority"),
    place: placeOf(afterIn(o)),
  }),
  write: (v, scope) => ({
    comment: v.comment,
    from: v.from,
    to: v.to,
    ports: normalPorts(v.ports),
    applications: v.applications.length === 0 ? [anyApplication] : v.applications,
    action: v.action,
    disable: v.isDisabled,
    priority: v.priority,
    ...writeCommon(v, scope),
  }),
  placeOf: (v) => v.place,
  check: (v, scope, around): Errors => {
    const f = findings();
    f.note("from", checkEnd(v.from, scope, around.groups));
    f.note("to", checkEnd(v.to, scope, around.groups));
    if (isSpecial(v.from) && isSpecial(v.to)) {
      f.note("to", "At least one end must be a group of workloads.");
    }
    f.note("ports", checkPorts(v.ports));
    f.note("comment", tooLong(v.comment, maxComment));
    const hasPriority = Number.isInteger(v.priority) && v.priority >= 0 && v.priority <= maxPriority;
    f.note("priority", hasPriority ? undefined : `Write a whole number from 0 to ${maxPriority}.`);
    f.note("place", checkPlace(v.place));
    checkCommon(f, v, scope);
    return f.errors;
  },
};

/** The place that a staged edit gives. */
export function afterIn(object: Shape): number | undefined {
  return typeof object.after === "number" ? object.after : undefined;
}
