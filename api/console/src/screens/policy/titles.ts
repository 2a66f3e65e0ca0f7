import { kinds } from "../../parts/kinds.ts";

interface Titles {
  title: string;
  about: string;
}

const abouts: Record<string, string> = {
  group: "Workloads or addresses that rules speak of.",
  network:
    "What traffic is allowed or denied between two groups. The first rule that fits counts, federated ones first.",
  admission:
    "Which workloads a cluster refuses to create, or creates in spite of such rules. Their order has no meaning.",
  response: "What a cluster does when something happens in it. All rules that fit act.",
  process: "Which processes may run in the containers of a group.",
  file: "Which files are watched or kept from change in the containers of a group.",
  dlp: "Patterns of data that must not leave.",
  "dlp-group": "Which DLP sensors look at the traffic of which groups.",
  waf: "Patterns of attacks in requests.",
  "waf-group": "Which WAF sensors look at the traffic of which groups.",
  webhook: "Where response rules send what happened.",
};

/** The words at the top of the page of a kind. */
export function titlesOf(kind: string): Titles {
  const known = kinds.find((k) => k.kind === kind);
  const bindings: Record<string, string> = { "dlp-group": "DLP bindings", "waf-group": "WAF bindings" };
  return { title: known?.plural ?? bindings[kind] ?? kind, about: abouts[kind] ?? "" };
}
