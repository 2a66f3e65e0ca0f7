import type { Scope } from "../../../hooks/draft.ts";
import { isAddress } from "./address.ts";
import type { Listed } from "./around.ts";
import { fedPrefix, maxName, tooLong } from "./checks.ts";

const host = "Host:";
const workload = "Workload:";
const ingress = "Workload:ingress";
const hostShape = /^[a-zA-Z0-9:]+[.:a-zA-Z0-9_-]*$/;

/** Whether a name is an end of rules that is no group of workloads. */
export function isSpecial(name: string): boolean {
  return name === "external" || name === "nodes" || name.startsWith(host) || name.startsWith(workload);
}

/** Names with a meaning of their own that the ends of a rule may have. */
export function reservedEnds(scope: Scope): readonly string[] {
  return scope === "fed"
    ? ["external", "nodes", "fed.containers", "fed.nodes", ingress]
    : ["external", "nodes", "containers", ingress];
}

/** What is wrong with one end of a network rule. */
export function checkEnd(name: string, scope: Scope, groups: readonly Listed[] | undefined): string | undefined {
  if (name === "") {
    return "Choose a group.";
  }
  if (isSpecial(name)) {
    return checkSpecial(name) ?? tooLong(name, maxName);
  }
  if (name === "containers") {
    return scope === "local" ? undefined : "A federated rule says fed.containers instead.";
  }
  return checkKnown(name, scope, groups);
}

/** What is wrong with the group that a response rule is about; none stands for whatever group it happens to. */
export function checkAbout(name: string, scope: Scope, groups: readonly Listed[] | undefined): string | undefined {
  if (name === "" || name === "external") {
    return undefined;
  }
  if (scope === "local" && (name === "nodes" || name === "containers")) {
    return undefined;
  }
  return isSpecial(name) ? "A response rule is about a group, or about external." : checkKnown(name, scope, groups);
}

function checkKnown(name: string, scope: Scope, groups: readonly Listed[] | undefined): string | undefined {
  if (scope === "fed" && !name.startsWith(fedPrefix)) {
    return `This group is not federated; name one that begins with ${fedPrefix}`;
  }
  if (scope === "local" && name.startsWith(fedPrefix)) {
    return "This group is the federation's; name one of the cluster's own.";
  }
  return groups !== undefined && !groups.some((g) => g.name === name)
    ? "There is no such group here. Stage it first."
    : undefined;
}

function checkSpecial(name: string): string | undefined {
  if (name.startsWith(host) && !hostShape.test(name.slice(host.length))) {
    return `Behind ${host} comes an address or the name of a node.`;
  }
  if (name.startsWith(workload) && name !== ingress && !isAddress(name.slice(workload.length))) {
    return `Behind ${workload} comes an address or ingress.`;
  }
  return undefined;
}
