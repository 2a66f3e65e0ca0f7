import type { Wire } from "../../../api.ts";

/** What an event is about, as far as there is a page or a name for it. */
export type About =
  | { is: "object"; kind: string; name: string }
  | { is: "cluster"; id: string; name: string }
  | { is: "rollout"; id: string }
  | { is: "named"; name: string }
  | { is: "nothing" };

const objectKinds: Record<string, string> = {
  group: "group",
  "network.rule": "network",
  "admission.rule": "admission",
  "admission.state": "admission-state",
  "response.rule": "response",
  "process.profile": "process",
  "file.profile": "file",
  "dlp.sensor": "dlp",
  "dlp.group": "dlp-group",
  "waf.sensor": "waf",
  "waf.group": "waf-group",
  webhook: "webhook",
};

/** Reads from the fact of an event what it is about. */
export function aboutOf({ kind, data }: Pick<Wire["Event"], "kind" | "data">): About {
  const fact = record(data);
  const family = /^(.+)\.(defined|removed)$/.exec(kind)?.[1];
  const objectKind = family === undefined ? undefined : objectKinds[family];
  if (objectKind !== undefined) {
    return { is: "object", kind: objectKind, name: objectName(objectKind, fact) };
  }
  if (kind === "change.staged") {
    const object = record(fact["object"]);
    return { is: "object", kind: word(object["kind"]), name: word(object["name"]) };
  }
  if (kind.startsWith("rollout.")) {
    return { is: "rollout", id: word(record(fact["rollout"])["id"]) };
  }
  if (kind.startsWith("cluster.") || kind === "token.redeemed") {
    return { is: "cluster", id: word(fact["cluster"]), name: word(fact["name"]) };
  }
  const name = word(fact["username"]) || word(fact["token"]) || word(fact["name"]);
  return name === "" ? { is: "nothing" } : { is: "named", name };
}

/** The name or number of an object from a fact that has it whole, or only says what it was called. */
function objectName(kind: string, fact: Record<string, unknown>): string {
  if (kind === "admission-state") {
    return "state";
  }
  const whole = Object.values(fact).find((value) => typeof value === "object" && value !== null);
  const said = whole === undefined ? fact : record(whole);
  // Bindings and profiles go by the name of their group.
  const isOfGroup = kind.endsWith("-group") || kind === "process" || kind === "file";
  return word(isOfGroup ? said["group"] : (said["id"] ?? said["name"]));
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function word(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}
