import type { Wire } from "../../../api.ts";
import { useAdmissionRules } from "../../../hooks/policyRules.ts";
import type { PolicyKind } from "../kind.ts";
import { few } from "./lists.ts";
import { Verdict } from "./network.tsx";

type Rule = Wire["AdmissionRule"];

const blank: Rule = {
  id: 0,
  category: "Kubernetes",
  comment: "",
  criteria: [],
  disable: false,
  critical: false,
  cfg_type: "",
  rule_type: "",
  rule_mode: "",
  containers: [],
  created_timestamp: 0,
  last_modified_timestamp: 0,
  targets: "",
};

/** An admission criterion as people read it, with what narrows it down. */
export function admissionText({ name, op, value, path, sub_criteria }: Wire["AdmissionCriterion"]): string {
  const subject = path === undefined || path === "" ? name : path;
  const narrowed = (sub_criteria ?? []).map(admissionText).join(", ");
  return `${subject} ${op} ${value}`.trimEnd() + (narrowed === "" ? "" : ` (${narrowed})`);
}

export const admissionKind: PolicyKind<Rule> = {
  kind: "admission",
  useRows: useAdmissionRules,
  columns: [
    {
      key: "type",
      title: "Type",
      width: "112px",
      text: (o) => o.rule_type,
      cell: (o) => <Verdict isAllowed={o.rule_type === "exception"} text={o.rule_type} />,
    },
    {
      key: "mode",
      title: "Mode",
      width: "120px",
      text: (o) => (o.rule_type === "exception" ? "–" : o.rule_mode || "as the state"),
    },
    {
      key: "criteria",
      title: "Criteria",
      width: "minmax(200px, 3fr)",
      text: (o) => few(o.criteria.map(admissionText)),
    },
    { key: "comment", title: "Comment", width: "minmax(100px, 2fr)", text: (o) => o.comment },
  ],
  targets: (o) => o.targets,
  read: (was, config, name) => ({ ...blank, ...was, ...config, id: Number(name) || 0 }),
  config: ({ category, comment, criteria, disable, rule_type, rule_mode, containers, targets }) => ({
    category,
    comment,
    criteria,
    disable,
    rule_type,
    rule_mode,
    containers,
    targets,
  }),
  toggle: { isOff: (o) => o.disable, on: { disable: false }, off: { disable: true } },
  copies: "number",
  canPromote: true,
};
