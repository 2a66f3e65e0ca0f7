import { useComputedColorScheme } from "@mantine/core";
import { objectStateWord } from "../../parts/words.ts";
import { CountToggles } from "../../ui/CountToggles.tsx";
import { count } from "../../ui/number.ts";
import { stateColor } from "./palette.ts";
import { letterOf, states, type StateName } from "./states.ts";
import classes from "./matrix.module.css";

interface Props {
  counts: ReadonlyMap<StateName, number>;
  only: ReadonlySet<StateName> | undefined;
  onOnly: (only: ReadonlySet<StateName> | undefined) => void;
  /** How many objects and clusters are shown. */
  rows: number;
  columns: number;
}

/** The states with how often they are there; each is a switch that shows only where it is. */
export function Legend({ counts, only, onOnly, rows, columns }: Props) {
  const isDark = useComputedColorScheme() === "dark";
  return (
    <CountToggles
      label="Filter by state"
      toggles={states.toReversed().map(({ state }) => ({
        ...objectStateWord(state),
        key: state,
        count: counts.get(state) ?? 0,
        sample: (
          <span className={classes.sample} style={{ background: `var(${stateColor(state, isDark)})` }} aria-hidden>
            {letterOf(state)?.toUpperCase()}
          </span>
        ),
      }))}
      on={only ?? new Set<StateName>()}
      onChange={(next) => onOnly(next.size === 0 ? undefined : next)}
      summary={`${count(rows)} ${rows === 1 ? "object" : "objects"} × ${count(columns)} ${columns === 1 ? "cluster" : "clusters"}`}
    />
  );
}
