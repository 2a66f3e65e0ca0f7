import { Alert, Button, Select, Text, useComputedColorScheme } from "@mantine/core";
import { memo, useMemo } from "react";
import { statusWord } from "../../parts/words.ts";
import { count } from "../../ui/number.ts";
import { Board, Sample } from "./Board.tsx";
import type { Entry } from "./facts.ts";
import { inOrder } from "./filter.ts";
import { cellSize, grouped, inWords, mostGroups } from "./strip.ts";
import classes from "./Strip.module.css";

interface Props {
  entries: readonly Entry[];
  /** Keys of labels that there are. */
  keys: readonly string[];
  /** The key that groups the clusters. */
  by: string | undefined;
  onBy: (key: string | undefined) => void;
  /** Shows only the clusters with a label. */
  onLabel: (label: string) => void;
}

function StripShown({ entries, keys, by, onBy, onLabel }: Props) {
  const groups = useMemo(() => grouped(entries, by), [entries, by]);
  const statuses = useMemo(() => inOrder(new Set(entries.map((e) => e.cluster.status))), [entries]);
  const scheme = useComputedColorScheme();
  const side = cellSize(entries.length);
  return (
    <>
      <div className={classes.tools}>
        <Select
          size="xs"
          aria-label="Group by label"
          placeholder="Not grouped"
          data={[...new Set(by === undefined ? keys : [...keys, by])]}
          value={by ?? null}
          onChange={(key) => onBy(key ?? undefined)}
          clearable
          clearButtonProps={{ "aria-label": "Do not group" }}
        />
        <div className={classes.legend}>
          {statuses.map((status) => (
            <span key={status}>
              <Sample status={status} scheme={scheme} />
              {statusWord(status).label}
            </span>
          ))}
        </div>
      </div>
      {groups.length > mostGroups && (
        <Alert variant="light" color="yellow">
          {count(groups.length)} values are too many to look at: the first {count(mostGroups)} are shown.
        </Alert>
      )}
      <div className={classes.groups}>
        {groups.slice(0, mostGroups).map(({ value, clusters }) => (
          <section key={value ?? "\u0000"} aria-label={by === undefined ? "All clusters" : `${by}=${value ?? "none"}`}>
            <div className={classes.title}>
              {by !== undefined && value === undefined && <b>without {by}</b>}
              {by !== undefined && value !== undefined && (
                <Button size="compact-sm" variant="subtle" onClick={() => onLabel(`${by}=${value}`)}>
                  {by}={value}
                </Button>
              )}
              <Text span size="sm">
                {inWords(clusters)}
              </Text>
            </div>
            <Board
              clusters={clusters}
              side={side}
              scheme={scheme}
              label={value === undefined ? "Clusters" : `Clusters ${value}`}
            />
          </section>
        ))}
      </div>
    </>
  );
}

/** The whole fleet in one picture: a cell for each cluster, together with those of the same label. */
export const Strip = memo(StripShown);
