/** The kinds of federated objects, as the interface names them, in the order of the menu. */
export interface Kind {
  /** Name in the interface; bindings of sensors to groups and the admission state belong to another's page. */
  kind: string;
  /** On pages that list many. */
  plural: string;
  /** On pages about one. */
  one: string;
  /** Whether its objects are known by a number and stand in an order that matters. */
  isOrdered: boolean;
  /** Kinds that its page shows with it. */
  also: readonly string[];
}

export const kinds: readonly Kind[] = [
  { kind: "group", plural: "Groups", one: "group", isOrdered: false, also: [] },
  { kind: "network", plural: "Network rules", one: "network rule", isOrdered: true, also: [] },
  { kind: "admission", plural: "Admission rules", one: "admission rule", isOrdered: false, also: ["admission-state"] },
  { kind: "response", plural: "Response rules", one: "response rule", isOrdered: true, also: [] },
  { kind: "process", plural: "Process profiles", one: "process profile", isOrdered: false, also: [] },
  { kind: "file", plural: "File profiles", one: "file monitor profile", isOrdered: false, also: [] },
  { kind: "dlp", plural: "DLP sensors", one: "DLP sensor", isOrdered: false, also: ["dlp-group"] },
  { kind: "waf", plural: "WAF sensors", one: "WAF sensor", isOrdered: false, also: ["waf-group"] },
  { kind: "webhook", plural: "Webhooks", one: "webhook", isOrdered: false, also: [] },
];

const extra: Record<string, string> = {
  "admission-state": "admission state",
  "dlp-group": "DLP binding",
  "waf-group": "WAF binding",
};

/** What one object of a kind is called. */
export function kindName(kind: string): string {
  return kinds.find((k) => k.kind === kind)?.one ?? extra[kind] ?? kind;
}
