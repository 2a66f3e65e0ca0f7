import { Stack, Text } from "@mantine/core";
import { useEffect, useEffectEvent, useMemo, useState } from "react";
import { useFleet } from "../../../hooks/fleet.ts";
import { useIsMaster } from "../../../hooks/master.ts";
import { quiet } from "../../../hooks/quiet.ts";
import { useTarget } from "../../../hooks/target.ts";
import { Empty, Shown } from "../../../ui/Screen.tsx";
import type { Search } from "../search.ts";
import { Compared } from "./Compared.tsx";
import { Controls } from "./Controls.tsx";
import { readMoment, writeMoment, type Moment } from "./moments.ts";
import { PolicyThen } from "./PolicyThen.tsx";
import { momentText, TimeSlider } from "./TimeSlider.tsx";
import { useLine, usePolicyAt, type Line } from "./useTime.ts";

interface Props {
  search: Search;
  onSearch: (change: Search) => void;
}

/** The federated policy at any moment of its life. */
export function TimeTravel(props: Props) {
  return useIsMaster() ? <AtMaster {...props} /> : <OnlyNow />;
}

/** Elsewhere than at a master there is what is in force, and no past. */
function OnlyNow() {
  const view = usePolicyAt(useTarget(), { is: "now" }, undefined);
  return (
    <Stack gap="sm">
      <Text size="sm">
        Only a master knows the past of the federated policy. This is what is in force in this cluster now.
      </Text>
      <Shown view={view} what="the policy">
        {(policy) => <PolicyThen policy={policy} of="this cluster" />}
      </Shown>
    </Stack>
  );
}

function AtMaster(props: Props) {
  const line = useLine();
  return (
    <Shown view={quiet(line)} what="the life of the policy">
      {(known) =>
        known.ticks.length === 0 ? (
          <Empty title="There is no federated policy yet.">Its life begins with the first change set.</Empty>
        ) : (
          <Travel {...props} line={known} />
        )
      }
    </Shown>
  );
}

/** So long the pointer must rest before the policy is read and the URL says the moment. */
const restMs = 250;

/** The moment that is chosen, at once, and the one that has rested, which the URL has. */
function useMoment({ search, onSearch }: Props) {
  const rested = readMoment(search.moment);
  const [chosen, choose] = useState<Moment>(rested);
  const [last, setLast] = useState(search.moment);
  if (search.moment !== last) {
    setLast(search.moment); // somebody went back or followed a link
    choose(rested);
  }
  const tell = useEffectEvent(() => {
    const text = writeMoment(chosen);
    if (text !== writeMoment(rested)) {
      onSearch({ tab: "time", moment: text });
    }
  });
  useEffect(() => {
    const timer = setTimeout(() => tell(), restMs);
    return () => clearTimeout(timer);
  }, [chosen]);
  return { chosen, rested, choose };
}

function Travel({ line, search, onSearch }: Props & { line: Line }) {
  const { ticks, isWhole } = line;
  const { chosen, rested, choose } = useMoment({ search, onSearch });
  const end = ticks.at(-1)?.time ?? 0;
  const other = search.compare === undefined ? undefined : readMoment(search.compare);
  const fleet = useFleet();
  const clusters = "data" in fleet ? fleet.data.clusters : undefined;
  const names = useMemo(
    () => [...(clusters?.values() ?? [])].map(({ id, name }) => ({ value: id, label: name })),
    [clusters],
  );
  const text = momentText(ticks, chosen);
  const { cluster } = search;
  const of = cluster === undefined ? "the whole federation" : (clusters?.get(cluster)?.name ?? cluster);
  const set = (change: Search) => onSearch({ tab: "time", ...change });
  return (
    <Stack gap="sm">
      <TimeSlider ticks={ticks} end={end} moment={chosen} onMoment={choose} other={other} text={text} />
      {!isWhole && (
        <Text size="sm">The line begins with the oldest of the last 5,000 change sets; older ones can be named.</Text>
      )}
      <Controls
        ticks={ticks}
        moment={chosen}
        onMoment={choose}
        clusters={names}
        cluster={search.cluster}
        onCluster={(cluster) => set({ cluster })}
        compare={search.compare}
        onCompare={(compare) => set({ compare })}
      />
      {other === undefined ? (
        <Then moment={rested} cluster={search.cluster} of={of} />
      ) : (
        <>
          <Text size="sm" role="status">
            The policy of <b>{of}</b>, between {text} and {momentText(ticks, other)}:
          </Text>
          <Compared ticks={ticks} a={rested} b={other} cluster={search.cluster} />
        </>
      )}
    </Stack>
  );
}

function Then({ moment, cluster, of }: { moment: Moment; cluster: string | undefined; of: string }) {
  const view = usePolicyAt(undefined, moment, cluster);
  return (
    <Shown view={view} what="the policy">
      {(policy) => <PolicyThen policy={policy} of={of} isPast={moment.is !== "now"} />}
    </Shown>
  );
}
