import { memo } from "react";
import { statusWord } from "../../parts/words.ts";
import { CountToggles } from "../../ui/CountToggles.tsx";
import { count } from "../../ui/number.ts";
import { colorOf } from "./cells.tsx";
import classes from "./fleet.module.css";
import { inOrder, listed } from "./filter.ts";

interface Props {
  byStatus: ReadonlyMap<string, number>;
  /** The chosen statuses as the URL has them. */
  chosen: string | undefined;
  onChoose: (status: string | undefined) => void;
  shown: number;
  total: number;
}

function StatusTogglesShown({ byStatus, chosen, onChoose, shown, total }: Props) {
  const on = new Set(listed(chosen));
  return (
    <CountToggles
      label="Filter by status"
      toggles={inOrder(new Set([...byStatus.keys(), ...on])).map((status) => {
        const word = statusWord(status);
        const sample = <span className={classes.dot} style={{ background: colorOf(word) }} aria-hidden />;
        return { ...word, key: status, count: byStatus.get(status) ?? 0, sample };
      })}
      on={on}
      onChange={(next) => onChoose(next.size === 0 ? undefined : inOrder(next).join(","))}
      summary={
        shown === total
          ? `${count(total)} ${total === 1 ? "cluster" : "clusters"}`
          : `${count(shown)} of ${count(total)} clusters`
      }
    />
  );
}

/** How many clusters there are of each status; each number is a switch that shows only those. */
export const StatusToggles = memo(StatusTogglesShown);
