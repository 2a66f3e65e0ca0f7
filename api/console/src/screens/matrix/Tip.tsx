import { kindName } from "../../parts/kinds.ts";
import { objectStateWord } from "../../parts/words.ts";
import { count } from "../../ui/number.ts";
import { cellAt, cellName, type Grid, type Tally } from "./grid.ts";
import type { Hit, Point } from "./layout.ts";
import classes from "./matrix.module.css";

interface Props {
  grid: Grid;
  hit: Hit;
  /** The pointer. */
  at: Point;
  /** Of the view, so that the tip stays in it. */
  width: number;
}

/** Says what is under the pointer. */
export function Tip({ grid, hit, at, width }: Props) {
  const text = textOf(grid, hit);
  if (text === undefined) {
    return null;
  }
  const side = at.x > width / 2 ? { right: Math.max(0, width - at.x + 12) } : { left: at.x + 14 };
  return (
    <div className={classes.tip} style={{ top: at.y + 16, ...side }} aria-hidden>
      <b>{text.name}</b> – {text.says}
    </div>
  );
}

function textOf(grid: Grid, hit: Hit): { name: string; says: string } | undefined {
  if (hit.is === "cell") {
    const cell = cellAt(grid, hit.row, hit.column);
    const says = cell?.state === undefined ? "not for this cluster" : objectStateWord(cell.state).label;
    return cell === undefined ? undefined : { name: cellName(cell), says };
  }
  if (hit.is === "row") {
    const line = grid.rows[hit.row];
    return line && { name: `${kindName(line.what.kind)} ${line.what.name}`, says: tallied(line.tally, "clusters") };
  }
  if (hit.is === "column") {
    const line = grid.columns[hit.column];
    return line && { name: line.what.name, says: tallied(line.tally, "objects") };
  }
  return undefined;
}

function tallied({ enforced, of }: Tally, what: string): string {
  return of === 0 ? "for none" : `enforced: ${count(enforced)} of ${count(of)} ${what}`;
}
