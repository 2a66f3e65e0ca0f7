import { Badge, Text, Tooltip } from "@mantine/core";
import type { Wire } from "../../../api.ts";
import { TextLink } from "../../../ui/links.tsx";
import { Moment } from "../../../ui/Moment.tsx";
import type { Column } from "../../../ui/VirtualTable.tsx";

export type AuditRecord = Wire["AuditRecord"];

const topics: Record<string, string> = { rest: "request", login: "login", forward: "for a remote" };

/** What came of a request, by its status. */
export function statusOf(status: number): { word: string; color: string } {
  if (status >= 200 && status < 400) {
    return { word: "done", color: "teal" };
  }
  if (status === 401 || status === 403 || status === 408) {
    return { word: "not allowed", color: "orange" };
  }
  return status >= 500 ? { word: "failed", color: "red" } : { word: "refused", color: "yellow" };
}

/** What came of a request, with the reason on hover and focus. */
export function StatusBadge({ record: { status, error } }: { record: Pick<AuditRecord, "status" | "error"> }) {
  const { word, color } = statusOf(status);
  return (
    <Tooltip
      label={error}
      disabled={error === ""}
      multiline
      maw={360}
      events={{ hover: true, focus: true, touch: true }}
    >
      <Badge variant="light" color={color} tt="none">
        {status} {word}
      </Badge>
    </Tooltip>
  );
}

interface CellProps {
  record: AuditRecord;
  tabIndex: 0 | -1;
}

function CommandLink({ record: { command }, tabIndex }: CellProps) {
  return command === "" ? null : (
    <TextLink to="/history" search={{ tab: "events", command }} tabIndex={tabIndex} inherit>
      its events
    </TextLink>
  );
}

export const recordColumns: readonly Column<AuditRecord>[] = [
  { id: "time", title: "When", width: 190, render: ({ time }) => <Moment at={time} /> },
  { id: "actor", title: "Who", width: 110, render: ({ actor }) => actor },
  { id: "status", title: "What came of it", width: 150, render: (record) => <StatusBadge record={record} /> },
  {
    id: "request",
    title: "Request",
    width: 240,
    grow: 2,
    render: ({ method, path, error }) => (
      <span title={error === "" ? path : error}>
        <b>{method}</b> {path}
      </span>
    ),
  },
  { id: "topic", title: "Topic", width: 100, hideUnder: 1100, render: ({ topic }) => topics[topic] ?? topic },
  { id: "client", title: "From where", width: 130, render: ({ client }) => client },
  {
    id: "command",
    title: "Command",
    width: 96,
    hideUnder: 960,
    render: (record, tabIndex) => <CommandLink record={record} tabIndex={tabIndex} />,
  },
];

/** A record where there is no room for columns. */
export function CompactRecord({ record, tabIndex }: CellProps) {
  const { method, path, actor, client, time } = record;
  return (
    <>
      <Text size="sm" truncate>
        <b>{method}</b> {path}
      </Text>
      <Text size="sm" truncate component="div">
        <StatusBadge record={record} /> {actor} from {client}
      </Text>
      <Text size="sm" truncate component="div">
        <Moment at={time} /> <CommandLink record={record} tabIndex={tabIndex} />
      </Text>
    </>
  );
}
