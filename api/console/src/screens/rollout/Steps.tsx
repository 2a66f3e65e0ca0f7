import { Stack, Text } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay, IconPlayerSkipForward, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { asProblem, type Problem } from "../../api.ts";
import { useWhyNot } from "../../hooks/may.ts";
import { useStep, type Rollout, type Step } from "../../hooks/rollouts.ts";
import { isOnItsWay, waveText } from "../../parts/rolloutWords.ts";
import { Act } from "../../ui/Act.tsx";
import { Confirm } from "../../ui/Confirm.tsx";
import { count } from "../../ui/number.ts";
import { Refusal } from "../../ui/Refusal.tsx";
import { momentOf } from "./progress.ts";

/** The buttons that steer a rollout which is on its way. */
export function Steps({ rollout }: { rollout: Rollout }) {
  const [asked, ask] = useState<"approve" | "abort">();
  const step = useStep(rollout.id);
  const whyNot = useWhyNot()("manage-fleet");
  if (!isOnItsWay(rollout)) {
    return null;
  }
  const isPaused = rollout.status === "paused";
  const isDoing = (one: Step) => step.isPending && step.variables === one;
  const close = () => {
    ask(undefined);
    step.reset();
  };
  const approve = () => (momentOf(rollout).is === "asking" ? step.mutate("approve") : ask("approve"));
  return (
    <>
      {isPaused ? (
        <Act
          whyNot={whyNot}
          loading={isDoing("resume")}
          onClick={() => step.mutate("resume")}
          leftSection={<IconPlayerPlay size={16} aria-hidden />}
        >
          Resume
        </Act>
      ) : (
        <Act
          variant="default"
          whyNot={whyNot}
          loading={isDoing("pause")}
          onClick={() => step.mutate("pause")}
          leftSection={<IconPlayerPause size={16} aria-hidden />}
        >
          Pause
        </Act>
      )}
      <Act
        variant={momentOf(rollout).is === "asking" ? "filled" : "default"}
        whyNot={whyNot ?? (isPaused ? "It is paused: resume it first." : undefined)}
        loading={isDoing("approve")}
        onClick={approve}
        leftSection={<IconPlayerSkipForward size={16} aria-hidden />}
      >
        {approvalOf(rollout)}
      </Act>
      <Act
        variant="default"
        whyNot={whyNot}
        onClick={() => ask("abort")}
        leftSection={<IconX size={16} color="var(--mantine-color-red-6)" aria-hidden />}
      >
        Abort…
      </Act>
      {step.isError && asked === undefined && <Refusal problem={asProblem(step.error)} />}
      <AskFirst
        rollout={rollout}
        asked={asked}
        isBusy={step.isPending}
        problem={step.isError ? asProblem(step.error) : null}
        onClose={close}
        onConfirm={() => asked !== undefined && step.mutate(asked, { onSuccess: close })}
      />
    </>
  );
}

interface AskFirstProps {
  rollout: Rollout;
  asked: "approve" | "abort" | undefined;
  isBusy: boolean;
  problem: Problem | null;
  onClose: () => void;
  onConfirm: () => void;
}

function AskFirst({ rollout, asked, ...rest }: AskFirstProps) {
  const isAbort = asked === "abort";
  return (
    <Confirm
      {...rest}
      opened={asked !== undefined}
      title={isAbort ? "Abort the rollout?" : `${approvalOf(rollout)}?`}
      verb={isAbort ? "Abort it" : approvalOf(rollout)}
      isDangerous={isAbort}
    >
      {isAbort ? <Aborting rollout={rollout} /> : <Approving rollout={rollout} />}
    </Confirm>
  );
}

function approvalOf({ open, waves }: Rollout): string {
  return open < waves.length ? `Open wave ${count(open + 1)} now` : "Complete it now";
}

function Aborting({ rollout: { open, waves, objects } }: { rollout: Rollout }) {
  const reached = waves.slice(0, open).reduce((sum, w) => sum + w.clusters.length, 0);
  return (
    <Stack gap="xs">
      <Text size="sm">
        The former policy comes back: {reached === 1 ? "the cluster" : `the ${count(reached)} clusters`} that it has
        reached
        {reached === 1 ? " goes" : " go"} back to what was in force before, and the others never get it.
      </Text>
      <Text size="sm">
        The change of {objects === 1 ? "1 object" : `${count(objects)} objects`} is void; to have it all the same it
        must be published again.
      </Text>
    </Stack>
  );
}

function Approving({ rollout }: { rollout: Rollout }) {
  const next = rollout.waves[rollout.open];
  const at = momentOf(rollout);
  const still =
    at.is === "waiting" || at.is === "wrong"
      ? `Not all clusters are well: ${at.names.slice(0, 5).join(", ")}${at.names.length > 5 ? ` and ${count(at.names.length - 5)} more` : ""}.`
      : "The soak time is not over.";
  return (
    <Text size="sm">
      {still}{" "}
      {next === undefined
        ? "The change becomes policy now, everywhere and for good."
        : `The next wave opens all the same: ${waveText(next)}.`}
    </Text>
  );
}
