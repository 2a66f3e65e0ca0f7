import { Button, Group, Select, TextInput } from "@mantine/core";
import { IconPlayerTrackNext, IconPlayerTrackPrev } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTyped } from "../../../hooks/typed.ts";
import classes from "../history.module.css";
import { fromField, toField } from "../localTime.ts";
import { stepped, timeAt, type Moment, type Tick } from "./moments.ts";

interface Props {
  ticks: readonly Tick[];
  moment: Moment;
  onMoment: (moment: Moment) => void;
  clusters: readonly { value: string; label: string }[];
  cluster: string | undefined;
  onCluster: (cluster: string | undefined) => void;
  compare: string | undefined;
  onCompare: (compare: string | undefined) => void;
}

/** So many change sets are offered to compare with; others are found by their number. */
const offered = 200;

const local = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** All that can be chosen about a moment. */
export function Controls(props: Props) {
  const { ticks, moment, onMoment, clusters, cluster, onCluster, compare, onCompare } = props;
  const choices = useMemo(() => compareChoices(ticks, compare), [ticks, compare]);
  const known = cluster === undefined || clusters.some((c) => c.value === cluster);
  return (
    <div className={classes.filters}>
      <When ticks={ticks} moment={moment} onMoment={onMoment} />
      <Select
        label="Of"
        placeholder="The whole federation"
        searchable
        clearable
        clearButtonProps={{ "aria-label": "The whole federation" }}
        limit={100}
        data={known ? clusters : [...clusters, { value: cluster, label: cluster }]}
        value={cluster ?? null}
        onChange={(id) => onCluster(id ?? undefined)}
      />
      <Select
        label="Compare with"
        placeholder="Nothing"
        searchable
        clearable
        clearButtonProps={{ "aria-label": "Compare with nothing" }}
        limit={offered}
        data={choices}
        value={compare ?? null}
        onChange={(other) => onCompare(other ?? undefined)}
      />
      <Group gap={6} wrap="nowrap" role="group" aria-label="From change set to change set">
        <Button
          variant="default"
          px="xs"
          aria-label="The change set before"
          onClick={() => onMoment(stepped(ticks, moment, -1))}
        >
          <IconPlayerTrackPrev size={16} aria-hidden />
        </Button>
        <Button
          variant="default"
          px="xs"
          aria-label="The change set after"
          onClick={() => onMoment(stepped(ticks, moment, 1))}
        >
          <IconPlayerTrackNext size={16} aria-hidden />
        </Button>
        <Button variant="default" aria-pressed={moment.is === "now"} onClick={() => onMoment({ is: "now" })}>
          Now
        </Button>
      </Group>
    </div>
  );
}

function When({ ticks, moment, onMoment }: Pick<Props, "ticks" | "moment" | "onMoment">) {
  const shown = moment.is === "now" ? "" : toField(timeAt(ticks, moment, 0));
  const { text, setText } = useTyped(
    shown,
    (typed) => {
      const at = fromField(typed);
      if (at !== undefined) {
        onMoment({ is: "time", at });
      }
    },
    600,
  );
  return (
    <TextInput
      type="datetime-local"
      step={1}
      label="At"
      value={text}
      onChange={(e) => setText(e.currentTarget.value)}
    />
  );
}

function compareChoices(ticks: readonly Tick[], compare: string | undefined) {
  const sets = ticks
    .slice(-offered)
    .toReversed()
    .map(({ revision, time, actor }) => ({
      value: String(revision),
      label: `revision ${revision}, ${local.format(time)}, ${actor}`,
    }));
  const all = [{ value: "now", label: "now" }, ...sets];
  const isKnown = compare === undefined || all.some((choice) => choice.value === compare);
  return isKnown ? all : [...all, { value: compare, label: compare }];
}
