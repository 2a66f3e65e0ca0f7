import { Badge, Group, Stack, Text, Title } from "@mantine/core";
import { IconCheck, IconPlayerPause, IconX } from "@tabler/icons-react";
import { useMemo } from "react";
import { useFleet } from "../../hooks/fleet.ts";
import { stagedRevision, type Rollout } from "../../hooks/rollouts.ts";
import { soakText, waveStage, waveText, type WaveStage } from "../../parts/rolloutWords.ts";
import { Moment } from "../../ui/Moment.tsx";
import { count } from "../../ui/number.ts";
import { rowsOf } from "./progress.ts";
import { WaveClusters } from "./WaveClusters.tsx";
import classes from "./Waves.module.css";

/** The waves from the first to the last, as steps. */
export function Waves({ rollout }: { rollout: Rollout }) {
  return (
    <Stack gap="xs" component="section" aria-label="Waves">
      <Title order={2} size="h4">
        Waves
      </Title>
      <ol className={classes.waves}>
        {rollout.waves.map((_, i) => (
          <Wave key={i} rollout={rollout} index={i} />
        ))}
      </ol>
    </Stack>
  );
}

const stageWords: Record<WaveStage, { label: string; color: string }> = {
  through: { label: "through", color: "teal" },
  open: { label: "open", color: "violet" },
  ahead: { label: "ahead", color: "gray" },
  "not reached": { label: "ended here", color: "gray" },
};

function Wave({ rollout, index }: { rollout: Rollout; index: number }) {
  const { waves, open, status, opened_at } = rollout;
  const wave = waves[index];
  const fleet = useFleet();
  const clusters = fleet.is === "live" || fleet.is === "stale" ? fleet.data.clusters : undefined;
  const change = stagedRevision(rollout);
  const rows = useMemo(() => rowsOf(wave?.clusters ?? [], change, clusters), [wave, change, clusters]);
  if (wave === undefined) {
    return null;
  }
  const stage = waveStage(rollout, index);
  const isAborted = status === "aborted";
  const word = isAborted && index >= open ? { label: "never opened", color: "gray" } : stageWords[stage];
  const isPaused = stage === "open" && status === "paused";
  const takes = rows.length === 1 ? "1 cluster" : `${count(rows.length)} clusters`;
  return (
    <li className={classes.wave} data-stage={stage} aria-current={stage === "open" ? "step" : undefined}>
      <span className={classes.mark} aria-hidden>
        {stage === "through" ? (
          <IconCheck size={16} />
        ) : isPaused ? (
          <IconPlayerPause size={16} />
        ) : stage === "not reached" ? (
          <IconX size={16} />
        ) : (
          index + 1
        )}
      </span>
      <Stack gap="xs" className={classes.body ?? ""}>
        <Group gap="xs">
          <Title order={3} size="h5" className={classes.title ?? ""}>
            Wave {count(index + 1)}: {waveText(wave)}
          </Title>
          <Badge variant="light" tt="none" color={isPaused ? "yellow" : word.color}>
            {isPaused ? "paused" : word.label}
          </Badge>
        </Group>
        <Text size="sm">
          {rollout.ended_at === null ? `${takes} · ` : ""}soak time {soakText(wave.soak_seconds)}
          {index === open - 1 && rollout.ended_at === null && (
            <>
              {" "}
              · opened <Moment at={opened_at} ago />
            </>
          )}
        </Text>
        {rows.length > 0 && <WaveClusters rows={rows} number={index + 1} isCurrent={stage === "open"} />}
      </Stack>
    </li>
  );
}
