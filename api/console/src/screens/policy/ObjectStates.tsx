import { Group, List, Stack, Text } from "@mantine/core";
import { useObjectStatus, type ObjectStatus } from "../../hooks/policyStatus.ts";
import { WordBadge } from "../../parts/WordBadge.tsx";
import { objectStateWord } from "../../parts/words.ts";
import { TextLink } from "../../ui/links.tsx";
import { count } from "../../ui/number.ts";
import { Shown } from "../../ui/Screen.tsx";

/** So many clusters that need a look are named. */
const named = 10;

/** How a federated object does in the clusters that it is for. */
export function ObjectStates({ kind, name }: { kind: string; name: string }) {
  const view = useObjectStatus(kind, name);
  return (
    <Shown view={view} what="its state in the clusters">
      {(status) => (
        <Stack gap="xs">
          <Counts status={status} />
          {status.wrong.length > 0 && (
            <List size="sm" spacing={2}>
              {status.wrong.slice(0, named).map((s) => (
                <List.Item key={s.cluster}>
                  <TextLink to="/fleet/$cluster" params={{ cluster: s.cluster }} size="sm">
                    {s.cluster_name}
                  </TextLink>{" "}
                  {objectStateWord(s.state).label}
                  {s.reason !== "" && `: ${s.reason}`}
                </List.Item>
              ))}
            </List>
          )}
          {status.wrong.length > named && (
            <Text size="sm">And {count(status.wrong.length - named)} more that need a look.</Text>
          )}
          <TextLink to="/matrix" search={{ kind, q: name }} size="sm">
            All clusters in the matrix
          </TextLink>
        </Stack>
      )}
    </Shown>
  );
}

function Counts({ status }: { status: ObjectStatus }) {
  if (status.counts.size === 0) {
    return <Text size="sm">No cluster is to hold it now.</Text>;
  }
  return (
    <Group gap="xs">
      {[...status.counts].map(([state, n]) => (
        <Group gap={4} key={state}>
          <WordBadge word={objectStateWord(state)} />
          <Text size="sm" ff="text" style={{ fontVariantNumeric: "tabular-nums" }}>
            {count(n)}
          </Text>
        </Group>
      ))}
      {status.isMore && <Text size="sm">of the first 1,000</Text>}
    </Group>
  );
}
