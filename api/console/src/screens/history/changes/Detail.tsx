import { Alert, Group, Stack } from "@mantine/core";
import { IconArrowBackUp, IconClock } from "@tabler/icons-react";
import { useState } from "react";
import { useWhyNot } from "../../../hooks/may.ts";
import { DeltaList } from "../../../parts/DeltaView.tsx";
import { Act } from "../../../ui/Act.tsx";
import { ButtonLink, TextLink } from "../../../ui/links.tsx";
import { Moment } from "../../../ui/Moment.tsx";
import { count } from "../../../ui/number.ts";
import { Empty, Shown } from "../../../ui/Screen.tsx";
import { Facts } from "../Facts.tsx";
import { Rollback } from "../Rollback.tsx";
import { Origin } from "./Origin.tsx";
import { useChangeSet, type ChangeSet } from "./useChangeSets.ts";
import { summaryOf } from "./words.ts";

/** What a change set changed, where it came from, and the ways back. */
export function Detail({ revision }: { revision: number }) {
  const view = useChangeSet(revision);
  return (
    <Shown view={view} what="the change set">
      {({ revision: set, deltas, staged }) => (
        <Stack gap="sm">
          <About set={set} />
          <Steps set={set} />
          {staged && (
            <Alert variant="light" color="blue" p="xs">
              It is staged for a rollout: it was no policy yet, and became it wave by wave.
            </Alert>
          )}
          {deltas.length === 0 ? <Empty title="It changed no object." /> : <DeltaList deltas={deltas} />}
        </Stack>
      )}
    </Shown>
  );
}

function About({ set }: { set: ChangeSet }) {
  return (
    <Facts
      facts={[
        ["by", <b key="">{set.actor}</b>],
        ["at", <Moment key="" at={set.at} />],
        ["from", <Origin key={set.command} set={set} />],
        ["did", summaryOf(set)],
        [
          "command",
          <TextLink key="" to="/history" search={{ tab: "events", command: set.command }} inherit ff="monospace">
            {set.command}
          </TextLink>,
        ],
        ...(set.rollout === ""
          ? []
          : [
              [
                "rollout",
                <TextLink key="" to="/rollouts/$rollout" params={{ rollout: set.rollout }} inherit>
                  how it went
                </TextLink>,
              ] as const,
            ]),
      ]}
    />
  );
}

function Steps({ set: { first, revision } }: { set: ChangeSet }) {
  const whyNot = useWhyNot()("write-federal");
  const [to, setTo] = useState<number>();
  const icon = <IconArrowBackUp size={16} aria-hidden />;
  return (
    <Group gap="xs">
      <Act
        size="xs"
        variant="default"
        leftSection={icon}
        whyNot={whyNot ?? (first <= 1 ? "Before this change set there was no policy." : undefined)}
        onClick={() => setTo(first - 1)}
      >
        Roll back to before this
      </Act>
      <Act size="xs" variant="default" leftSection={icon} whyNot={whyNot} onClick={() => setTo(revision)}>
        Roll back to after this
      </Act>
      <ButtonLink
        size="xs"
        variant="default"
        leftSection={<IconClock size={16} aria-hidden />}
        to="/history"
        search={{ tab: "time", moment: String(revision) }}
        aria-label={`The policy at revision ${count(revision)}`}
      >
        The policy then
      </ButtonLink>
      <Rollback revision={to} onClose={() => setTo(undefined)} />
    </Group>
  );
}
