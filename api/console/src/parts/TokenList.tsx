import { Badge, Button, Group, Table, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ask, asProblem, type Wire } from "../api.ts";
import { useWhyNot } from "../hooks/may.ts";
import { useNow } from "../hooks/now.ts";
import { useApi, useTarget } from "../hooks/target.ts";
import { useView } from "../hooks/view.ts";
import { Confirm } from "../ui/Confirm.tsx";
import { Moment } from "../ui/Moment.tsx";
import { count } from "../ui/number.ts";
import { Empty, Shown } from "../ui/Screen.tsx";

type Token = Wire["Token"];

/** The join tokens with their use and their end. */
export function TokenList() {
  const at = useTarget();
  const api = useApi();
  const whyNot = useWhyNot();
  const reason = whyNot("manage-fleet");
  const query = useQuery({
    queryKey: ["tokens", at],
    queryFn: ({ signal }) => ask(api.GET("/v1/fed/tokens", { signal })),
    enabled: reason === undefined,
  });
  const view = useView(query);
  const [ending, setEnding] = useState<Token | null>(null);
  if (reason !== undefined) {
    return <Text size="sm">{reason}</Text>;
  }
  return (
    <Shown view={view} what="the tokens">
      {({ tokens }) =>
        tokens.length === 0 ? (
          <Empty title="No token was made yet." />
        ) : (
          <Table.ScrollContainer minWidth={860}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Token</Table.Th>
                  <Table.Th>State</Table.Th>
                  <Table.Th ta="right">Used</Table.Th>
                  <Table.Th>Ends</Table.Th>
                  <Table.Th>Made</Table.Th>
                  <Table.Th>Labels</Table.Th>
                  <Table.Th>
                    <Text span size="sm" fw={700}>
                      End
                    </Text>
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {tokens.map((token) => (
                  <Row key={token.id} token={token} onEnd={() => setEnding(token)} />
                ))}
              </Table.Tbody>
            </Table>
            {ending !== null && <Revoke token={ending} onClose={() => setEnding(null)} />}
          </Table.ScrollContainer>
        )
      }
    </Shown>
  );
}

function Row({ token, onEnd }: { token: Token; onEnd: () => void }) {
  const state = stateOf(token, useNow());
  return (
    <Table.Tr>
      <Table.Td ff="monospace">{token.id}</Table.Td>
      <Table.Td>
        <Badge variant="light" tt="none" miw="max-content" color={state === "valid" ? "teal" : "gray"}>
          {state}
        </Badge>
      </Table.Td>
      <Table.Td ta="right">
        {count(token.used)} of {count(token.uses)}
      </Table.Td>
      <Table.Td>
        <Moment at={token.expires} ago />
      </Table.Td>
      <Table.Td>
        <Moment at={token.created_at} ago /> by {token.created_by}
      </Table.Td>
      <Table.Td>
        <Group gap={4}>
          {Object.entries(token.labels).map(([key, value]) => (
            <Badge key={key} variant="default" tt="none" fw={500}>
              {key}={value}
            </Badge>
          ))}
        </Group>
      </Table.Td>
      <Table.Td>
        {state === "valid" && (
          <Button size="compact-sm" variant="light" color="red" onClick={onEnd} aria-label={`Revoke token ${token.id}`}>
            Revoke
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function stateOf(token: Token, now: number): string {
  if (token.revoked) {
    return "revoked";
  }
  if (token.used >= token.uses) {
    return "used up";
  }
  return Date.parse(token.expires) > now ? "valid" : "expired";
}

function Revoke({ token, onClose }: { token: Token; onClose: () => void }) {
  const api = useApi();
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => ask(api.DELETE("/v1/fed/token/{id}", { params: { path: { id: token.id } } })),
    onSuccess: () => {
      onClose();
      return client.invalidateQueries({ queryKey: ["tokens"] });
    },
  });
  return (
    <Confirm
      opened
      onClose={onClose}
      title={`Revoke token ${token.id}?`}
      verb="Revoke"
      isDangerous
      isBusy={revoke.isPending}
      problem={revoke.isError ? asProblem(revoke.error) : null}
      onConfirm={() => revoke.mutate()}
    >
      Nobody can join with it any more. Clusters that have joined with it stay.
    </Confirm>
  );
}
