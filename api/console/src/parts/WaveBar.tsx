import type { Wire } from "../api.ts";
import { count } from "../ui/number.ts";
import { waveStage } from "./rolloutWords.ts";
import classes from "./WaveBar.module.css";

/** The waves of a rollout as one segmented bar: through, open, ahead. */
export function WaveBar({ rollout }: { rollout: Wire["Rollout"] }) {
  const { waves, open, status } = rollout;
  const words =
    status === "completed"
      ? `all ${count(waves.length)} waves are through`
      : `${count(open)} of ${count(waves.length)} waves reached`;
  return (
    <div className={classes.bar} role="img" aria-label={words} data-paused={status === "paused" || undefined}>
      {waves.map((_, i) => (
        <span key={i} className={classes.part} data-stage={waveStage(rollout, i)} />
      ))}
    </div>
  );
}
