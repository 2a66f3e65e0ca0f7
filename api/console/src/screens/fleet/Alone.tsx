import { Alert, Group, Paper, Text, Title } from "@mantine/core";
import { IconBuildingBroadcastTower, IconInfoCircle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { memberQuery } from "../../hooks/self.ts";
import { ButtonLink, TextLink } from "../../ui/links.tsx";
import { Moment } from "../../ui/Moment.tsx";
import type { Cluster } from "../../hooks/fleet.ts";
import { statusWord } from "../../parts/words.ts";

/** Invites a cluster without a federation into one. */
export function Alone() {
  return (
    <Paper withBorder p="lg">
      <Group gap="lg" align="flex-start" wrap="nowrap">
        <IconBuildingBroadcastTower size={40} stroke={1.3} aria-hidden color="var(--mantine-primary-color-filled)" />
        <div>
          <Title order={2} size="h4">
            This cluster stands alone
          </Title>
          <Text size="sm" mt={4} maw={640}>
            Promote it to write rules once for many clusters, and see them all on this page. Or join it to a master that
            is there already: it then takes the federated rules and keeps its own.
          </Text>
          <Group mt="md" gap="xs">
            <ButtonLink to="/federation">Promote or join</ButtonLink>
          </Group>
        </div>
      </Group>
    </Paper>
  );
}

/** Says at a remote who its master is: the fleet is seen there. */
export function AtRemote({ own }: { own: Cluster | undefined }) {
  const member = useQuery(memberQuery(undefined));
  const master = member.data?.master_cluster;
  return (
    <Alert variant="light" color="blue" icon={<IconInfoCircle aria-hidden />} title="This cluster is a remote">
      <Text size="sm">
        {master === undefined ? (
          "Its master is not known yet."
        ) : (
          <>
            Its master is <b>{master.name}</b>
            {master.rest_info.server === "" ? "" : ` (${master.rest_info.server}:${master.rest_info.port})`}. The fleet
            is seen at the master; this page shows this cluster alone.
          </>
        )}{" "}
        {own !== undefined && (
          <>
            The link is {own.link_up ? "up" : "down"}
            {own.link_since !== null && (
              <>
                {" "}
                since <Moment at={own.link_since} />
              </>
            )}
            , the status {statusWord(own.status).label}.{" "}
          </>
        )}
        <TextLink to="/federation" inherit>
          Membership
        </TextLink>
      </Text>
    </Alert>
  );
}
