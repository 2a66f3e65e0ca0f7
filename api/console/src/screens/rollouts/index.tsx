import { Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useRollouts, type Rollout } from "../../hooks/rollouts.ts";
import { useHome } from "../../hooks/self.ts";
import { isOnItsWay, rolloutReason, rolloutTitle, rolloutWord, waveText } from "../../parts/rolloutWords.ts";
import { WaveBar } from "../../parts/WaveBar.tsx";
import { WordBadge } from "../../parts/WordBadge.tsx";
import { ButtonLink, TextLink } from "../../ui/links.tsx";
import { Moment } from "../../ui/Moment.tsx";
import { count } from "../../ui/number.ts";
import { Empty, Screen, Shown } from "../../ui/Screen.tsx";
import classes from "./Rollouts.module.css";

/** All rollouts, with the one that is on its way first: there is one at a time. */
export function Rollouts() {
  const home = useHome();
  const isOther = (home.is === "live" || home.is === "stale") && home.data.fed_role !== "master";
  return (
    <Screen
      title="Rollouts"
      about="Change sets on their way through the clusters, wave by wave. There is one at a time."
    >
      {isOther ? <NotHere /> : <List />}
    </Screen>
  );
}

function List() {
  const rollouts = useRollouts();
  return (
    <Shown view={rollouts} what="the rollouts">
      {(all) =>
        all.length === 0 ? (
          <NoneYet />
        ) : (
          <Stack gap="sm" component="ul" m={0} p={0} className={classes.list ?? ""}>
            {all.map((r) => (
              <li key={r.id}>
                <Line rollout={r} />
              </li>
            ))}
          </Stack>
        )
      }
    </Shown>
  );
}

function Line({ rollout }: { rollout: Rollout }) {
  const { id, status, reason, objects, waves, open, started_by, started_at, ended_at } = rollout;
  const current = waves[open - 1];
  const isOn = isOnItsWay(rollout);
  return (
    <Paper withBorder p="md" component="article" data-on={isOn || undefined} className={classes.line ?? ""}>
      <Stack gap="xs">
        <Group justify="space-between" gap="xs" align="flex-start">
          <Title order={2} size="h5" className={classes.title ?? ""}>
            <TextLink to="/rollouts/$rollout" params={{ rollout: id }} inherit>
              {rolloutTitle(rollout)}
            </TextLink>
          </Title>
          <WordBadge word={rolloutWord(status)} />
        </Group>
        <WaveBar rollout={rollout} />
        <Text size="sm">
          {isOn
            ? `Wave ${count(open)} of ${count(waves.length)}${current === undefined ? "" : `: ${waveText(current)}`}`
            : `${count(waves.length)} ${waves.length === 1 ? "wave" : "waves"}`}
          {" · "}
          {objects === 1 ? "1 object" : `${count(objects)} objects`}
          {" · started by "}
          <b>{started_by}</b> <Moment at={started_at} ago />
          {ended_at !== null && (
            <>
              {" · ended "}
              <Moment at={ended_at} ago />
            </>
          )}
        </Text>
        {reason !== "" && (
          <Text size="sm" className={classes.reason ?? ""}>
            {rolloutReason(rollout)}
          </Text>
        )}
      </Stack>
    </Paper>
  );
}

function NoneYet() {
  return (
    <Empty title="There was no rollout yet.">
      Publish a change set in waves, and follow here how it reaches a few clusters first and then the others.
      <Group justify="center" mt="sm">
        <ButtonLink to="/changes" variant="default">
          To the change set
        </ButtonLink>
      </Group>
    </Empty>
  );
}

function NotHere() {
  return <Empty title="Only a master has rollouts.">Federated rules come from there, at once or in waves.</Empty>;
}
