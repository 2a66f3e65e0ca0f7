import type { Wire } from "../../../api.ts";
import { useResponseRules } from "../../../hooks/policyRules.ts";
import type { PolicyKind } from "../kind.ts";
import { few } from "./lists.ts";

type Rule = Wire["ResponseRule"];

const blank: Rule = {
  id: 0,
  event: "",
  comment: "",
  group: "",
  conditions: [],
  actions: [],
  webhooks: [],
  disable: false,
  cfg_type: "",
  created_timestamp: 0,
  last_modified_timestamp: 0,
  targets: "",
};

export const responseKind: PolicyKind<Rule> = {
  kind: "response",
  useRows: useResponseRules,
  columns: [
    { key: "event", title: "Event", width: "minmax(120px, 1fr)", text: (o) => o.event },
    { key: "group", title: "Group", width: "minmax(100px, 1fr)", text: (o) => o.group || "any" },
    {
      key: "conditions",
      title: "Conditions",
      width: "minmax(140px, 2fr)",
      text: (o) => few(o.conditions.map((c) => `${c.type}: ${c.value}`)),
    },
    {
      key: "actions",
      title: "Actions",
      width: "minmax(120px, 1.5fr)",
      text: (o) => o.actions.map((a) => (a === "webhook" ? `webhook (${few(o.webhooks)})` : a)).join(", "),
    },
    { key: "comment", title: "Comment", width: "minmax(80px, 1.5fr)", text: (o) => o.comment },
  ],
  targets: (o) => o.targets,
  read: (was, config, name) => ({ ...blank, ...was, ...config, id: Number(name) || 0 }),
  config: ({ event, comment, group, conditions, actions, webhooks, disable, targets }) => ({
    event,
    comment,
    group,
    conditions,
    actions,
    webhooks,
    disable,
    targets,
  }),
  toggle: { isOff: (o) => o.disable, on: { disable: false }, off: { disable: true } },
  copies: "number",
  isOrdered: true,
  usedBy: (o) => [
    ...(o.group === "" || o.group === "external" ? [] : [{ kind: "group", name: o.group }]),
    ...o.webhooks.map((name) => ({ kind: "webhook", name })),
  ],
};
