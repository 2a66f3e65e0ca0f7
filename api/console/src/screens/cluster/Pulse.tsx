import { Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { api, ask } from "../../api.ts";
import type { Cluster } from "../../hooks/fleet.ts";
import { useView } from "../../hooks/view.ts";
import { Chart } from "../../ui/Chart.tsx";
import { Moment } from "../../ui/Moment.tsx";
import { count, duration } from "../../ui/number.ts";
import { Empty, Shown } from "../../ui/Screen.tsx";
import { gapsOf, inWords, withBeat, type Pulse as Beats } from "./pulse.ts";

/** The heartbeats of a cluster, and how far it was behind; each new heartbeat is added as it comes. */
export function Pulse({ cluster }: { cluster: Cluster }) {
  const client = useQueryClient();
  const { id } = cluster;
  const query = useQuery({
    queryKey: ["pulse", id],
    queryFn: ({ signal }) => ask(api().GET("/v1/fed/pulse/{id}", { params: { path: { id } }, signal })),
    staleTime: 60_000,
  });
  const view = useView(query);
  useEffect(() => {
    client.setQueryData<Beats>(["pulse", id], (pulse) => pulse && withBeat(pulse, cluster));
  }, [client, id, cluster, query.dataUpdatedAt]);
  return (
    <Shown view={view} what="the heartbeats">
      {(pulse) => <PulseShown pulse={pulse} cluster={cluster} />}
    </Shown>
  );
}

function PulseShown({ pulse: { beats }, cluster }: { pulse: Beats; cluster: Cluster }) {
  const times = useMemo(() => beats.map((beat) => Date.parse(beat.at)), [beats]);
  const gaps = useMemo(
    () => [
      {
        label: "Time since the heartbeat before",
        color: "var(--mantine-color-teal-6)",
        values: gapsOf(beats),
        isFilled: true,
      },
    ],
    [beats],
  );
  const behind = useMemo(
    () => [
      {
        label: "Revisions behind",
        color: "var(--mantine-color-orange-6)",
        values: beats.map((beat) => beat.behind),
        isStepped: true,
        isFilled: true,
      },
    ],
    [beats],
  );
  const words = inWords(beats);
  if (words === undefined) {
    return (
      <Empty title="There are too few heartbeats to draw.">
        {cluster.role === "master"
          ? "The master's own cluster needs none: it is where this page comes from."
          : "They are shown as they come. The master keeps the newest ones in memory, from its start on."}
      </Empty>
    );
  }
  const key = `pulse-${cluster.id}`;
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm">{words}</Text>
        <Text size="sm">
          Last heard from <Moment at={cluster.last_heartbeat} ago />
        </Text>
      </Group>
      <Paper withBorder p="sm">
        <Title order={2} size="h5" mb={4}>
          Heartbeats
        </Title>
        <Chart
          label="Time between heartbeats"
          summary={words}
          times={times}
          series={gaps}
          format={duration}
          syncKey={key}
        />
      </Paper>
      <Paper withBorder p="sm">
        <Title order={2} size="h5" mb={4}>
          Lag
        </Title>
        <Chart label="Revisions behind" summary={words} times={times} series={behind} format={whole} syncKey={key} />
      </Paper>
    </Stack>
  );
}

function whole(n: number): string {
  return Number.isInteger(n) ? count(n) : "";
}
