import { Group, Stack } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useRollout, type Rollout } from "../../hooks/rollouts.ts";
import { rolloutTitle, rolloutWord } from "../../parts/rolloutWords.ts";
import { WaveBar } from "../../parts/WaveBar.tsx";
import { WordBadge } from "../../parts/WordBadge.tsx";
import { TextLink } from "../../ui/links.tsx";
import { Moment } from "../../ui/Moment.tsx";
import { count } from "../../ui/number.ts";
import { Screen, Shown } from "../../ui/Screen.tsx";
import { Staged } from "./Staged.tsx";
import { Standing } from "./Standing.tsx";
import { Steps } from "./Steps.tsx";
import { Waves } from "./Waves.tsx";

const route = getRouteApi("/rollouts/$rollout");

/** One rollout: where it is, what it waits for, how each cluster does, and the ways to steer it. */
export function RolloutScreen() {
  const { rollout: id } = route.useParams();
  const view = useRollout(id);
  const known = view.is === "live" || view.is === "stale" ? view.data : undefined;
  return (
    <Screen
      title={known === undefined ? "Rollout" : rolloutTitle(known)}
      about={known === undefined ? undefined : <About rollout={known} />}
      actions={known !== undefined && <Steps rollout={known} />}
    >
      <Group gap="sm">
        {known !== undefined && <WordBadge word={rolloutWord(known.status)} />}
        <TextLink to="/rollouts" size="sm">
          All rollouts
        </TextLink>
      </Group>
      <Shown view={view} what="the rollout">
        {(rollout) => (
          <Stack gap="lg">
            <WaveBar rollout={rollout} />
            <Standing rollout={rollout} />
            <Waves rollout={rollout} />
            <Staged rollout={rollout} />
          </Stack>
        )}
      </Shown>
    </Screen>
  );
}

function About({ rollout }: { rollout: Rollout }) {
  const { objects, started_by, started_at, ended_at, manual } = rollout;
  return (
    <>
      {objects === 1 ? "1 object" : `${count(objects)} objects`}, started by {started_by} <Moment at={started_at} ago />
      {ended_at !== null && (
        <>
          , ended <Moment at={ended_at} ago />
        </>
      )}
      {manual && ", each wave but the first by approval"}
    </>
  );
}
