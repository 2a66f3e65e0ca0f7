import { Badge, Text } from "@mantine/core";
import type { Wire } from "../../../api.ts";
import { useNetworkRules } from "../../../hooks/policyRules.ts";
import type { PolicyKind } from "../kind.ts";

type Rule = Wire["Rule"];

const blank: Rule = {
  id: 0,
  comment: "",
  from: "",
  to: "",
  ports: "any",
  action: "",
  applications: [],
  learned: false,
  disable: false,
  created_timestamp: 0,
  last_modified_timestamp: 0,
  cfg_type: "",
  priority: 0,
  match_counter: 0,
  last_match_timestamp: 0,
  targets: "",
};

const anyOf = (list: readonly string[]) => (list.length === 0 ? "any" : list.join(", "));

export const networkKind: PolicyKind<Rule> = {
  kind: "network",
  useRows: useNetworkRules,
  columns: [
    { key: "from", title: "From", width: "minmax(96px, 2fr)", text: (o) => o.from },
    { key: "to", title: "To", width: "minmax(96px, 2fr)", text: (o) => o.to },
    { key: "applications", title: "Applications", width: "minmax(90px, 1fr)", text: (o) => anyOf(o.applications) },
    { key: "ports", title: "Ports", width: "minmax(70px, 1fr)", text: (o) => o.ports.replaceAll(",", ", ") || "any" },
    {
      key: "action",
      title: "Action",
      width: "84px",
      text: (o) => o.action,
      cell: (o) => <Verdict isAllowed={o.action === "allow"} text={o.action} />,
    },
    { key: "comment", title: "Comment", width: "minmax(80px, 3fr)", text: (o) => o.comment },
  ],
  targets: (o) => o.targets,
  read: (was, config, name) => ({ ...blank, ...was, ...config, id: Number(name) || 0 }),
  config: ({ from, to, ports, action, applications, comment, disable, priority, targets }) => ({
    from,
    to,
    ports,
    action,
    applications,
    comment,
    disable,
    priority,
    targets,
  }),
  toggle: { isOff: (o) => o.disable, on: { disable: false }, off: { disable: true } },
  copies: "number",
  isOrdered: true,
  canPromote: true,
  usedBy: (o) => [o.from, o.to].filter(isGroup).map((name) => ({ kind: "group", name })),
};

/** Whether the end of a rule is a group, and nothing with a meaning of its own. */
function isGroup(name: string, i: number, all: readonly string[]): boolean {
  return !/^(external|nodes|containers|)$/.test(name) && !/^(Workload|Host):/.test(name) && all.indexOf(name) === i;
}

/** Allow or deny, told by word and by color. */
export function Verdict({ isAllowed, text }: { isAllowed: boolean; text: string }) {
  return text === "" ? (
    <Text span inherit>
      –
    </Text>
  ) : (
    <Badge variant="dot" tt="none" color={isAllowed ? "teal" : "red"}>
      {text}
    </Badge>
  );
}
