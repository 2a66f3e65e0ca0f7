import { Alert, Button, Group, Progress, Stack, Table, Text } from "@mantine/core";
import { IconCircleCheck, IconSend } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useFleet } from "../../hooks/fleet.ts";
import { useRole } from "../../hooks/self.ts";
import { useSpreads } from "../../hooks/spread.ts";
import { SpreadBar, spreadWords } from "../../parts/Spread.tsx";
import { WordBadge } from "../../parts/WordBadge.tsx";
import { statusWord } from "../../parts/words.ts";
import { ButtonLink } from "../../ui/links.tsx";
import { Moment } from "../../ui/Moment.tsx";
import { count } from "../../ui/number.ts";
import { reasonOf, spreading, type Missing, type Spreading } from "./missing.ts";
import type { Published } from "./publish.ts";

interface Props {
  published: Published;
  onClose: () => void;
}

/** Follows what was published until every cluster has it, and says which ones have not. */
export function PublishedPanel({ published, onClose }: Props) {
  const { scope, report } = published;
  const { revision } = report;
  const isTold = useRole() !== "master" || scope === "fed"; // a master does not tell of its own local policy
  return (
    <Alert
      color="teal"
      variant="light"
      icon={scope === "fed" ? <IconSend aria-hidden /> : <IconCircleCheck aria-hidden />}
      title={`Published: revision ${count(revision)}`}
    >
      <Stack gap="sm">
        {scope === "fed" ? <Spreads published={published} /> : <Text size="sm">It is in force in this cluster.</Text>}
        <Group gap="xs">
          {isTold && (
            <ButtonLink
              size="xs"
              variant="default"
              to="/history"
              search={scope === "fed" ? { revision: String(revision) } : { command: published.command }}
            >
              See it in the history
            </ButtonLink>
          )}
          <Button size="xs" variant="subtle" onClick={onClose}>
            Close
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}

function Spreads({ published: { report } }: { published: Published }) {
  const { revision, clusters: names } = report;
  const fleet = useFleet();
  const clusters = fleet.is === "live" || fleet.is === "stale" ? fleet.data.clusters : undefined;
  const known = useMemo(() => spreading(names, clusters?.values() ?? [], revision), [names, clusters, revision]);
  const spread = useSpreads().find((s) => s.revision === revision);
  if (names.length === 0) {
    return <Text size="sm">It is for no cluster now.</Text>;
  }
  return (
    <>
      <Text size="lg" fw={600} role="status" style={{ fontVariantNumeric: "tabular-nums" }}>
        {spread === undefined ? `${count(known.reached)} of ${count(known.of)}` : spreadWords(spread)}
      </Text>
      {spread === undefined ? (
        <PlainBar known={known} />
      ) : (
        <SpreadBar spread={spread} label="the change set" size="lg" />
      )}
      {clusters !== undefined && <MissingList missing={known.missing} />}
    </>
  );
}

function PlainBar({ known: { reached, of } }: { known: Spreading }) {
  return (
    <Progress.Root size="lg">
      <Progress.Section
        value={(reached / of) * 100}
        color="teal"
        aria-label="How far the change set has come"
        aria-valuetext={`${count(reached)} of ${count(of)}`}
      />
    </Progress.Root>
  );
}

/** So many are listed at first. */
const few = 20;

function MissingList({ missing }: { missing: readonly Missing[] }) {
  const [isWhole, setWhole] = useState(false);
  if (missing.length === 0) {
    return <Text size="sm">Every cluster that it is for holds it.</Text>;
  }
  const shown = isWhole ? missing.slice(0, 50 * few) : missing.slice(0, few);
  return (
    <div>
      <Text size="sm" fw={600}>
        {missing.length === 1 ? "One cluster does" : `${count(missing.length)} clusters do`} not hold it yet:
      </Text>
      <Table.ScrollContainer minWidth={320} mah={360}>
        <Table withRowBorders={false} verticalSpacing={2}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Cluster</Table.Th>
              <Table.Th scope="col">Status</Table.Th>
              <Table.Th scope="col">Why</Table.Th>
              <Table.Th scope="col">Last heard from</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((one) => (
              <Table.Tr key={one.name}>
                <Table.Th scope="row" fw={500}>
                  {one.name}
                </Table.Th>
                <Table.Td>
                  {one.cluster !== undefined && <WordBadge word={statusWord(one.cluster.status)} size="sm" />}
                </Table.Td>
                <Table.Td>{reasonOf(one)}</Table.Td>
                <Table.Td>
                  <Moment at={one.cluster?.last_heartbeat} ago />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {!isWhole && missing.length > few && (
        <Button size="compact-sm" variant="subtle" onClick={() => setWhole(true)}>
          Show more of the {count(missing.length)}
        </Button>
      )}
    </div>
  );
}
