import { Badge, Group, Stack, Tabs, Text } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useFleet, type Cluster } from "../../hooks/fleet.ts";
import { useResync } from "../../hooks/resync.ts";
import { roleWord, ruleStateWord, statusWord } from "../../parts/words.ts";
import { WordBadge } from "../../parts/WordBadge.tsx";
import { ButtonLink, TextLink } from "../../ui/links.tsx";
import { Moment } from "../../ui/Moment.tsx";
import { count } from "../../ui/number.ts";
import { Empty, Screen, Shown } from "../../ui/Screen.tsx";
import { Actions, ResyncResult } from "./Actions.tsx";
import { Events } from "./Events.tsx";
import { Overview } from "./Overview.tsx";
import { Pulse } from "./Pulse.tsx";
import { Rules } from "./Rules.tsx";
import classes from "./cluster.module.css";

const route = getRouteApi("/fleet/$cluster");

/** One cluster of the fleet. */
export function ClusterScreen() {
  const { cluster: id } = route.useParams();
  const view = useFleet();
  const cluster = "data" in view ? view.data.clusters.get(id) : undefined;
  const resync = useResync();
  return (
    <Screen
      title={cluster?.name ?? "Cluster"}
      about={
        <TextLink to="/fleet" inherit className={classes.back ?? ""}>
          <IconArrowLeft size={14} aria-hidden /> Fleet
        </TextLink>
      }
      actions={cluster === undefined ? undefined : <Actions cluster={cluster} resync={resync} />}
    >
      <Shown view={view} what="the cluster">
        {() =>
          cluster === undefined ? (
            <Empty title="There is no such cluster in this federation.">
              It may have left or been removed, or the address is that of another federation.
              <br />
              <ButtonLink to="/fleet" mt="sm">
                To the fleet
              </ButtonLink>
            </Empty>
          ) : (
            <Stack gap="sm">
              <Head cluster={cluster} />
              <ResyncResult resync={resync} />
              <Parts cluster={cluster} />
            </Stack>
          )
        }
      </Shown>
    </Screen>
  );
}

function Head({ cluster }: { cluster: Cluster }) {
  return (
    <Stack gap={6}>
      <Group gap="xs">
        <WordBadge word={roleWord(cluster.role)} />
        <WordBadge word={statusWord(cluster.status)} why={cluster.error} />
        {cluster.rule_state !== "" && <WordBadge word={ruleStateWord(cluster.rule_state, cluster.enforcer)} />}
        {Object.entries(cluster.labels).map(([key, value]) => (
          <Badge key={key} variant="default" tt="none" fw={500}>
            {key}={value}
          </Badge>
        ))}
      </Group>
      <Text size="sm">
        {statusWord(cluster.status).means} <Reason cluster={cluster} />
      </Text>
    </Stack>
  );
}

/** The reason of a status, as far as it is more than the word. */
function Reason({ cluster }: { cluster: Cluster }) {
  const { status, error, desired_revision: desired, applied_revision: applied } = cluster;
  const behind = desired - applied;
  const since = cluster.link_up ? cluster.last_heartbeat : (cluster.link_since ?? cluster.last_heartbeat);
  return (
    <>
      {status === "disconnected" && since !== null && (
        <>
          It has been away since <Moment at={since} />.{" "}
        </>
      )}
      {behind > 0 && `It is ${count(behind)} ${behind === 1 ? "revision" : "revisions"} behind. `}
      {error !== "" && `It says: ${error}`}
    </>
  );
}

const tabs = ["overview", "rules", "events", "pulse"] as const;
type Tab = (typeof tabs)[number];

function Parts({ cluster }: { cluster: Cluster }) {
  const search = route.useSearch();
  const navigate = useNavigate();
  const tab: Tab = tabs.find((name) => name === search.tab) ?? "overview";
  const go = (name: string | null) =>
    void navigate({
      from: "/fleet/$cluster",
      to: ".",
      search: (old) => ({ ...old, tab: name === "overview" || name === null ? undefined : name }),
      replace: true,
    });
  return (
    <Tabs value={tab} onChange={go} keepMounted={false}>
      <Tabs.List>
        <Tabs.Tab value="overview">Overview</Tabs.Tab>
        <Tabs.Tab value="rules">Rules</Tabs.Tab>
        <Tabs.Tab value="events">Events</Tabs.Tab>
        <Tabs.Tab value="pulse">Pulse</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="overview" pt="md">
        <Overview cluster={cluster} />
      </Tabs.Panel>
      <Tabs.Panel value="rules" pt="md">
        <Rules key={cluster.id} cluster={cluster} />
      </Tabs.Panel>
      <Tabs.Panel value="events" pt="md">
        <Events cluster={cluster} />
      </Tabs.Panel>
      <Tabs.Panel value="pulse" pt="md">
        <Pulse cluster={cluster} />
      </Tabs.Panel>
    </Tabs>
  );
}
