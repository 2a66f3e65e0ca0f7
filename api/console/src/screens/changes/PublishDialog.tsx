import { Alert, Button, Group, Modal, Radio, Stack, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useMemo, useState } from "react";
import type { Wire } from "../../api.ts";
import type { Scope } from "../../hooks/draft.ts";
import { useFleet } from "../../hooks/fleet.ts";
import { Act } from "../../ui/Act.tsx";
import { TextLink } from "../../ui/links.tsx";
import { count } from "../../ui/number.ts";
import { Refusal } from "../../ui/Refusal.tsx";
import type { DryRun } from "./dryRun.ts";
import type { Failure } from "./publish.ts";
import classes from "./WaveBuilder.module.css";
import { candidates, useWavePlan } from "./wavePlan.ts";
import { WaveBuilder } from "./WaveBuilder.tsx";

interface Props {
  opened: boolean;
  scope: Scope;
  run: DryRun;
  failure: Failure | undefined;
  isBusy: boolean;
  onPublish: (rollout: Wire["RolloutPlan"] | undefined) => void;
  onClose: () => void;
}

/** Asks how a change set is to reach the clusters, and publishes it. */
export function PublishDialog({ opened, scope, run, failure, isBusy, onPublish, onClose }: Props) {
  const isNarrow = useMediaQuery("(max-width: 48em)");
  const [inWaves, setInWaves] = useState(false);
  const fleet = useFleet();
  const clusters = fleet.is === "live" || fleet.is === "stale" ? fleet.data.clusters : undefined;
  const members = useMemo(() => (opened ? candidates(clusters) : []), [opened, clusters]);
  const plan = useWavePlan(members);
  const isWaves = scope === "fed" && inWaves;
  const whyNot = whyNotOf(run, failure) ?? (isWaves ? plan.whyNot : undefined);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Publish the change set"
      closeButtonProps={{ "aria-label": "Close" }}
      size={isWaves ? 880 : "lg"}
      fullScreen={isNarrow}
      closeOnClickOutside={!isBusy}
    >
      <Stack>
        {run.is === "known" && <Summary scope={scope} run={run} />}
        {scope === "fed" && (
          <Radio.Group
            value={inWaves ? "waves" : "once"}
            onChange={(v) => setInWaves(v === "waves")}
            label="How it reaches the clusters"
          >
            <Stack gap="xs" mt="xs">
              <Radio
                value="once"
                label="All at once"
                description="Every cluster gets it now; those that are away, when they are back."
              />
              <Radio
                value="waves"
                label="In waves"
                description="It becomes policy when the last wave is through. A wave in which something goes wrong stops it."
              />
            </Stack>
          </Radio.Group>
        )}
        {isWaves && <WaveBuilder plan={plan} />}
        {failure !== undefined && <FailureNote failure={failure} />}
        <Group justify="flex-end" className={classes.footer ?? ""}>
          <Button variant="default" onClick={onClose}>
            Back to the edits
          </Button>
          <Act whyNot={whyNot} loading={isBusy} onClick={() => onPublish(isWaves ? plan.toPlan() : undefined)}>
            {isWaves ? "Start the rollout" : "Publish"}
          </Act>
        </Group>
      </Stack>
    </Modal>
  );
}

function whyNotOf(run: DryRun, failure: Failure | undefined): string | undefined {
  if (failure?.is === "unknown" || failure?.is === "partly") {
    return "Find out first what became of the last try.";
  }
  if (run.is === "conflict") {
    return "The policy has changed meanwhile. Go back and look at it again on the newest.";
  }
  return run.is === "known" && run.report.events > 0 ? undefined : "What it would change is not known right now.";
}

function Summary({ scope, run }: { scope: Scope; run: Extract<DryRun, { is: "known" }> }) {
  const { deltas, clusters } = run.report;
  const objects = deltas.length === 1 ? "1 object" : `${count(deltas.length)} objects`;
  const where = clusters.length === 1 ? "1 cluster" : `${count(clusters.length)} clusters`;
  return (
    <Text size="sm">
      It changes {objects}
      {scope === "fed" ? ` for ${where}.` : " in this cluster."} It is stored whole or not at all, and can be rolled
      back
      {scope === "fed" ? " from the history." : " only by a new change."}
    </Text>
  );
}

function FailureNote({ failure }: { failure: Failure }) {
  switch (failure.is) {
    case "unknown":
    case "partly":
      return (
        <Alert color="orange" variant="light" role="alert" title="It is not known whether it was stored">
          {failure.problem.message} Nothing is lost: the edits are still here. Go back to them to find out.
        </Alert>
      );
    case "rollout":
      return (
        <Stack gap="xs">
          <Refusal title="A rollout is in the way" problem={failure.problem} />
          <Text size="sm">
            <TextLink to="/rollouts">See the rollouts</TextLink>
          </Text>
        </Stack>
      );
    case "conflict":
      return <Refusal title="Somebody was quicker" problem={failure.problem} />;
    case "refused":
      return <Refusal title="Not published" problem={failure.problem} />;
  }
}
