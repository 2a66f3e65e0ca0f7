import { Badge, Button, Group, ScrollArea, Stack, Table, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import type { Wire } from "../../api.ts";
import { kindName } from "../../parts/kinds.ts";
import { count } from "../../ui/number.ts";

type Report = Wire["ImportReport"];

/** What can become of an object, with what needs a look first. */
const outcomes = [
  { outcome: "refused", color: "red" },
  { outcome: "skipped", color: "orange" },
  { outcome: "created", color: "teal" },
  { outcome: "changed", color: "blue" },
  { outcome: "unchanged", color: "gray" },
] as const;

const colorOf = (outcome: string) => outcomes.find((o) => o.outcome === outcome)?.color ?? "gray";
const rankOf = (outcome: string) => outcomes.findIndex((o) => o.outcome === outcome);

/** So many lines are drawn at once; the rest on demand. */
const atOnce = 200;

/** What became of each object of an import, or would. */
export function ImportReport({ report }: { report: Report }) {
  const [shown, setShown] = useState(atOnce);
  const objects = useMemo(
    () => [...report.objects].sort((a, b) => rankOf(a.outcome) - rankOf(b.outcome) || a.line - b.line),
    [report.objects],
  );
  return (
    <Stack gap="xs">
      <Group gap="xs" role="status">
        <Text size="sm" fw={600}>
          {report.dry_run ? "It would be so:" : "Imported:"}
        </Text>
        {outcomes.map(({ outcome, color }) => {
          const n = report.objects.filter((o) => o.outcome === outcome).length;
          return (
            n > 0 && (
              <Badge key={outcome} variant="dot" color={color} tt="none">
                {count(n)} {outcome}
              </Badge>
            )
          );
        })}
        <Text size="sm">{reach(report)}</Text>
      </Group>
      <ScrollArea.Autosize mah={320} type="auto">
        <Table stickyHeader verticalSpacing={4} miw={520} aria-label="What becomes of each object">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Line</Table.Th>
              <Table.Th>Object</Table.Th>
              <Table.Th>Outcome</Table.Th>
              <Table.Th>Reason</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {objects.slice(0, shown).map((object, i) => (
              <Line key={i} object={object} />
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea.Autosize>
      {objects.length > shown && (
        <Button variant="default" size="xs" onClick={() => setShown(shown + atOnce)}>
          Show more: {count(objects.length - shown)} are not shown
        </Button>
      )}
    </Stack>
  );
}

function Line({ object }: { object: Wire["ImportedObject"] }) {
  return (
    <Table.Tr>
      <Table.Td ta="right" style={{ fontVariantNumeric: "tabular-nums" }}>
        {count(object.line === 0 ? null : object.line)}
      </Table.Td>
      <Table.Td style={{ overflowWrap: "anywhere" }}>
        {kindName(object.kind)} {object.name}
      </Table.Td>
      <Table.Td>
        <Badge variant="dot" color={colorOf(object.outcome)} tt="none" miw="max-content">
          {object.outcome}
        </Badge>
      </Table.Td>
      <Table.Td style={{ overflowWrap: "anywhere" }}>{object.reason}</Table.Td>
    </Table.Tr>
  );
}

function reach({ clusters, dry_run }: Report): string {
  if (clusters.length === 0) {
    return "It reaches no cluster.";
  }
  const who = clusters.length === 1 ? (clusters[0] ?? "") : `${count(clusters.length)} clusters`;
  return dry_run ? `It would reach ${who}.` : `It goes to ${who}.`;
}
