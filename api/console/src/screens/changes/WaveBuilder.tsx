import { Button, Group, Stack, Switch, Text, Textarea } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useId } from "react";
import { count } from "../../ui/number.ts";
import type { WavePlan } from "./wavePlan.ts";
import { WaveRow } from "./WaveRow.tsx";
import classes from "./WaveBuilder.module.css";

/** Puts a rollout together: its waves in their order, with what each would take. */
export function WaveBuilder({ plan }: { plan: WavePlan }) {
  const id = useId();
  const { waves, preview, faults } = plan;
  return (
    <Stack gap="sm" component="section" aria-labelledby={id}>
      <Text fw={600} size="sm" id={id}>
        Waves
      </Text>
      <Group gap="xs" role="group" aria-label="Begin with">
        {plan.presets.map((preset) => (
          <Button key={preset.label} size="compact-sm" variant="light" onClick={() => plan.choose(preset)}>
            {preset.label}
          </Button>
        ))}
      </Group>
      <ol className={classes.waves}>
        {waves.map((wave, i) => (
          <WaveRow
            key={wave.key}
            number={i + 1}
            wave={wave}
            faults={faults[i] ?? {}}
            preview={preview.waves[i]}
            isFirst={i === 0}
            isLast={i === waves.length - 1}
            onChange={(fields) => plan.change(wave.key, fields)}
            onMove={(by) => plan.move(wave.key, by)}
            onRemove={() => plan.remove(wave.key)}
          />
        ))}
        {preview.rest !== null && (
          <li className={classes.rest}>
            <Text size="sm">
              <b>Then all the others:</b> {preview.rest.isExact ? "" : "about "}
              {preview.rest.takes === 1 ? "1 cluster" : `${count(preview.rest.takes)} clusters`} that no wave above
              takes, and those that join meanwhile. The wave is added by itself, with the soak time of the last one.
            </Text>
          </li>
        )}
      </ol>
      <Group>
        <Button variant="default" size="xs" leftSection={<IconPlus size={14} aria-hidden />} onClick={plan.add}>
          Add a wave
        </Button>
      </Group>
      <Switch
        label="Each wave but the first waits for an approval"
        description="Otherwise the next wave opens by itself when all clusters were well for the soak time."
        checked={plan.manual}
        onChange={(e) => plan.setManual(e.currentTarget.checked)}
      />
      <Textarea
        label="Comment"
        description="What the rollout is for; everybody sees it in the history."
        autosize
        minRows={2}
        maxRows={6}
        value={plan.comment}
        onChange={(e) => plan.setComment(e.currentTarget.value)}
      />
    </Stack>
  );
}
