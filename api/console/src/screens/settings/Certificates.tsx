import { Badge, Code, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { ask, type Wire } from "../../api.ts";
import { useNow } from "../../hooks/now.ts";
import { useApi, useTarget } from "../../hooks/target.ts";
import { useView } from "../../hooks/view.ts";
import { CopyText } from "../../ui/CopyText.tsx";
import { Moment } from "../../ui/Moment.tsx";
import { Empty, Shown } from "../../ui/Screen.tsx";

const day = 86_400_000;
/** What nobody renews is warned of so long before its end. */
const warningMs = 30 * day;

/** The certificates and credentials of the cluster, with their end. */
export function Certificates() {
  const at = useTarget();
  const api = useApi();
  const view = useView(
    useQuery({
      queryKey: ["certificates", at],
      queryFn: ({ signal }) => ask(api.GET("/v1/system/certificates", { signal })),
    }),
  );
  return (
    <Shown view={view} what="the certificates">
      {({ certificates }) =>
        certificates.length === 0 ? (
          <Empty title="There is no certificate." />
        ) : (
          <Table.ScrollContainer minWidth={640}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>For</Table.Th>
                  <Table.Th>Subject</Table.Th>
                  <Table.Th>From</Table.Th>
                  <Table.Th>Until</Table.Th>
                  <Table.Th>State</Table.Th>
                  <Table.Th>SHA-256</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {certificates.map((c) => (
                  <Row key={`${c.name} ${c.sha256} ${c.subject}`} certificate={c} />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )
      }
    </Shown>
  );
}

function Row({ certificate: c }: { certificate: Wire["Certificate"] }) {
  const { label, color } = stateOf(c, useNow());
  return (
    <Table.Tr>
      <Table.Td>{c.name}</Table.Td>
      <Table.Td>{c.subject}</Table.Td>
      <Table.Td>
        <Moment at={c.not_before} unknown="not known" />
      </Table.Td>
      <Table.Td>
        <Moment at={c.not_after} unknown="does not expire" />
      </Table.Td>
      <Table.Td>
        <Badge color={color} variant="light" tt="none">
          {label}
        </Badge>
      </Table.Td>
      <Table.Td>
        {c.sha256 === "" ? (
          <Text span c="dimmed">
            –
          </Text>
        ) : (
          <>
            <Code>{c.sha256.slice(0, 16)}…</Code> <CopyText value={c.sha256} what="the fingerprint" />
          </>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function stateOf(c: Wire["Certificate"], now: number): { label: string; color: string } {
  const left = c.not_after === null ? Infinity : Date.parse(c.not_after) - now;
  if (left <= 0) {
    return { label: "expired", color: "red" };
  }
  if (c.renews) {
    return { label: "renewed by itself", color: "teal" };
  }
  return left < warningMs ? { label: "expires soon", color: "yellow" } : { label: "valid", color: "teal" };
}
