import type { Wire } from "../../../api.ts";
import { useGroups } from "../../../hooks/policy.ts";
import { count } from "../../../ui/number.ts";
import type { PolicyKind } from "../kind.ts";
import { few } from "./lists.ts";

type Group = Wire["GroupBrief"];

const blank: Group = {
  name: "",
  comment: "",
  learned: false,
  reserved: false,
  not_scored: false,
  domain: "",
  creater_domains: [],
  kind: "container",
  platform_role: "",
  cfg_type: "",
  baseline_profile: "",
  monitor_metric: false,
  group_sess_cur: 0,
  group_sess_rate: 0,
  group_band_width: 0,
  criteria: [],
  members: [],
  policy_rules: [],
  response_rules: [],
  created_timestamp: 0,
  last_modified_timestamp: 0,
  targets: "",
};

/** A criterion as people read it: "image contains nginx". */
export function criterionText({ key, op, value }: Wire["Criterion"]): string {
  return `${key} ${op} ${value}`.trimEnd();
}

export const groupKind: PolicyKind<Group> = {
  kind: "group",
  useRows: useGroups,
  columns: [
    { key: "kind", title: "Kind", width: "76px", text: (o) => o.kind },
    {
      key: "criteria",
      title: "Criteria",
      width: "minmax(180px, 4fr)",
      text: (o) => few(o.criteria.map(criterionText)),
    },
    {
      key: "network",
      title: "Network",
      width: "70px",
      isNumber: true,
      text: (o) => count(o.policy_rules.length),
    },
    {
      key: "response",
      title: "Response",
      width: "78px",
      isNumber: true,
      text: (o) => count(o.response_rules.length),
    },
    { key: "comment", title: "Comment", width: "minmax(90px, 2fr)", text: (o) => o.comment },
  ],
  targets: (o) => o.targets,
  read: (was, config, name) => {
    const made = { ...blank, ...was, ...config, name };
    return { ...made, kind: made.criteria.some((c) => c.key === "address") ? "address" : made.kind };
  },
  config: ({
    name,
    comment,
    criteria,
    monitor_metric,
    group_sess_cur,
    group_sess_rate,
    group_band_width,
    targets,
  }) => ({
    name,
    comment,
    criteria,
    monitor_metric,
    group_sess_cur,
    group_sess_rate,
    group_band_width,
    targets,
  }),
  isPredefined: (o) => o.reserved,
  copies: "name",
  takesAlong: "The rules, profiles and bindings that speak of it go with it.",
  usedBy: (o) => [
    ...o.policy_rules.map((id) => ({ kind: "network", name: String(id) })),
    ...o.response_rules.map((id) => ({ kind: "response", name: String(id) })),
  ],
};
