import type { Scope } from "../../../hooks/draft.ts";
import { parseSelector, selectorText } from "../../../parts/selector.ts";
import type { Around } from "./around.ts";
import { checkName, maxName, wholeName } from "./checks.ts";
import type { Common, findings } from "./form.ts";
import { flagOf, shapesOf, textOf, type Shape } from "./reading.ts";

type Findings = ReturnType<typeof findings>;

/** Reads what every object has. */
export function readCommon(object: Shape): Common {
  return { targets: textOf(object, "targets") };
}

/** What every config says: only federated objects choose clusters. */
export function writeCommon({ targets }: Common, scope: Scope): Shape {
  if (scope !== "fed") {
    return {};
  }
  const parsed = parseSelector(targets);
  return { targets: parsed.is === "selector" ? selectorText(parsed.selector) : targets };
}

export function checkCommon({ note }: Findings, { targets }: Common, scope: Scope): void {
  const parsed = parseSelector(targets);
  note("targets", scope === "fed" && parsed.is === "wrong" ? parsed.reason : undefined);
}

/** Judges the typed part of the name of an object. */
export function checkOwnName({ note }: Findings, own: string, scope: Scope, around: Around, most = maxName): void {
  if (around.isNew) {
    note("name", own === "" ? "Give it a name." : checkName(wholeName(own, scope), scope, most));
    const name = wholeName(own, scope);
    const isTaken = around.siblings?.some((s) => s.name === name && s.name !== around.name) ?? false;
    note("name", isTaken ? "There is one of this name already; choose another name." : undefined);
  }
}

/** Judges the group that a profile or a binding belongs to. */
export function checkGroup({ note }: Findings, group: string, around: Around): void {
  const known = around.groups?.find((g) => g.name === group);
  if (group === "") {
    note("group", "Choose a group.");
  } else if (around.groups !== undefined && known === undefined) {
    note("group", "There is no such group here. Stage it first.");
  } else if (known !== undefined && isOfAddresses(known.object)) {
    note("group", "This group is one of addresses; choose one of containers.");
  }
  const taken = around.siblings?.find((s) => s.name === group && s.name !== around.name);
  if (around.isNew && taken !== undefined && (taken.isStaged || saysSomething(taken.object))) {
    note("group", "This group has one already. Edit that instead.");
  }
}

/** Whether the members of a group are addresses and no workloads. */
export function isOfAddresses(group: Shape): boolean {
  return shapesOf(group, "criteria").some((c) => textOf(c, "key") === "address");
}

/** Whether a profile or a binding is more than what every group has from the beginning. */
function saysSomething(object: Shape): boolean {
  const hasEntries = ["process_list", "filters", "sensors", "replace"].some((f) => shapesOf(object, f).length > 0);
  const hasFlags = flagOf(object, "alert_disabled") || flagOf(object, "hash_enabled");
  return hasEntries || hasFlags || textOf(object, "mode") !== "" || textOf(object, "baseline") === "basic";
}
