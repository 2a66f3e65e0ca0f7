import { Alert, Text } from "@mantine/core";
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconClock,
  IconHandStop,
  IconHourglass,
  IconPlayerPause,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useNow } from "../../hooks/now.ts";
import type { Rollout } from "../../hooks/rollouts.ts";
import { never } from "../../never.ts";
import { rolloutReason, soakText } from "../../parts/rolloutWords.ts";
import { TextLink } from "../../ui/links.tsx";
import { Moment as Time } from "../../ui/Moment.tsx";
import { count } from "../../ui/number.ts";
import { clock, momentOf, soakLeft } from "./progress.ts";
import { useWellness } from "./wellness.ts";

/** Says in one sentence where the rollout stands and what it waits for. */
export function Standing({ rollout }: { rollout: Rollout }) {
  const at = momentOf(rollout);
  const { open, waves } = rollout;
  const reason = rolloutReason(rollout);
  const next = open < waves.length ? `wave ${count(open + 1)}` : "the end";
  switch (at.is) {
    case "ended":
      return <Ended rollout={rollout} />;
    case "paused":
      return (
        <Note color="yellow" icon={<IconPlayerPause aria-hidden />} title={`Paused in wave ${count(open)}`}>
          {reason === "" ? "" : `${reason}. `}What it has reached keeps the change. Resume it when that is put right;
          the wave soaks anew then. Or abort it.
        </Note>
      );
    case "wrong":
      return (
        <Note color="red" icon={<IconAlertTriangle aria-hidden />} title="Something went wrong">
          {names(at.names)} {at.names.length === 1 ? "stops" : "stop"} it; it is being paused.
        </Note>
      );
    case "waiting":
      return (
        <Note color="blue" icon={<IconHourglass aria-hidden />} title={`Wave ${count(open)} is open`}>
          It waits until {names(at.names)} {at.names.length === 1 ? "is" : "are"} well. When that takes more than 2
          minutes it is paused.
        </Note>
      );
    case "asking":
      return (
        <Note color="violet" icon={<IconHandStop aria-hidden />} title={`Wave ${count(open)} is well`}>
          It waits for an approval to open {next}.
        </Note>
      );
    case "soaking":
      return (
        <Note color="teal" icon={<IconClock aria-hidden />} title={`Wave ${count(open)} is well`}>
          <Soak rollout={rollout} seconds={at.seconds} next={next} />
        </Note>
      );
    default:
      return never(at);
  }
}

/** Yellow on yellow cannot be read. */
const inText = { title: { color: "var(--mantine-color-text)" } };

interface NoteProps {
  color: string;
  icon: ReactNode;
  title: string;
  children: ReactNode;
}

function Note({ color, icon, title, children }: NoteProps) {
  return (
    <Alert color={color} variant="light" role="status" icon={icon} title={title} styles={inText}>
      <Text size="sm" component="div" style={{ overflowWrap: "anywhere" }}>
        {children}
      </Text>
    </Alert>
  );
}

/** So many clusters are named. */
const mostNamed = 5;

function names(list: readonly string[]): string {
  const shown = list.slice(0, mostNamed).join(", ");
  return list.length > mostNamed ? `${shown} and ${count(list.length - mostNamed)} more` : shown;
}

function Soak({ rollout, seconds, next }: { rollout: Rollout; seconds: number; next: string }) {
  const now = useNow();
  const wellness = useWellness(rollout, now);
  const { least, most } = soakLeft(wellness, Date.parse(rollout.opened_at), seconds, now);
  const left = most === 0 ? "any moment now" : least === most ? `in ${clock(most)}` : `in ${clock(most)} at the latest`;
  return (
    <>
      If all clusters that it has reached stay well for the soak time of {soakText(seconds)}, then comes {next}:{" "}
      <b style={{ fontVariantNumeric: "tabular-nums" }} aria-live="off">
        {left}
      </b>
      .
    </>
  );
}

function Ended({ rollout }: { rollout: Rollout }) {
  const { status, ended_at } = rollout;
  if (status === "completed") {
    return (
      <Note color="teal" icon={<IconCircleCheck aria-hidden />} title="It is policy now">
        It was through all waves <Time at={ended_at} ago />. To take it back, roll back in the{" "}
        <TextLink to="/history">history</TextLink>.
      </Note>
    );
  }
  const reason = rolloutReason(rollout);
  return (
    <Note color="gray" icon={<IconAlertTriangle aria-hidden />} title="It was aborted">
      {reason === "" ? "It ended" : reason} <Time at={ended_at} ago />. The clusters that it had reached went back to
      the former policy.
    </Note>
  );
}
