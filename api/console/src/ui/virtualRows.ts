import type { ReactNode } from "react";

/** A column of a table. Columns are best made once: a row is drawn anew when they change. */
export interface Column<T> {
  id: string;
  /** What stands above it. */
  title: string;
  /** Its least width in pixels. */
  width: number;
  /** Its share of the width that is left over; without one it stays as wide as it is. */
  grow?: number;
  align?: "left" | "right";
  /** Whether the table can be sorted by it. */
  sorts?: boolean;
  /** It is left out when the table is narrower than so many pixels. */
  hideUnder?: number;
  /** Draws the cell. What can be focused in it takes this tabIndex, so that only the row one is at is on the Tab way. */
  render: (row: T, tabIndex: 0 | -1) => ReactNode;
}

/** What a table is sorted by. */
export interface Sort {
  by: string;
  isDown: boolean;
}

/** Which rows are chosen, by key. */
export interface Selection {
  keys: ReadonlySet<string>;
  onChange: (keys: ReadonlySet<string>) => void;
}

/** The columns that a table of a width has room for. */
export function fitting<T>(columns: readonly Column<T>[], width: number): readonly Column<T>[] {
  const fit = columns.filter((c) => c.hideUnder === undefined || width === 0 || width >= c.hideUnder);
  return fit.length === columns.length ? columns : fit;
}

const checkWidth = 28;
const gap = 12;

/** The tracks of a row, and the least width of all of them. */
export function tracks<T>(columns: readonly Column<T>[], isSelectable: boolean): { template: string; least: number } {
  const parts = columns.map((c) => (c.grow === undefined ? `${c.width}px` : `minmax(${c.width}px, ${c.grow}fr)`));
  const widths = columns.map((c) => c.width);
  if (isSelectable) {
    parts.unshift(`${checkWidth}px`);
    widths.unshift(checkWidth);
  }
  const least = widths.reduce((sum, width) => sum + width + gap, gap);
  return { template: parts.join(" "), least };
}

/** Where a key leads from a row; undefined when it leads nowhere. */
export function nextIndex(key: string, from: number, rows: number, page: number): number | undefined {
  const to = {
    ArrowDown: from + 1,
    ArrowUp: from - 1,
    PageDown: from + page,
    PageUp: from - page,
    Home: 0,
    End: rows - 1,
  }[key];
  return to === undefined || rows === 0 ? undefined : Math.max(0, Math.min(rows - 1, to));
}

/** The sort after a click on a column: down first for numbers, the other way when it is there already. */
export function nextSort(sort: Sort | undefined, id: string, align: "left" | "right" | undefined): Sort {
  return sort?.by === id ? { by: id, isDown: !sort.isDown } : { by: id, isDown: align === "right" };
}

/** Reads a sort from the URL: "name" or, downwards, "-name". */
export function readSort(text: string | undefined, known: readonly string[], otherwise: Sort): Sort {
  const by = text?.replace(/^-/, "");
  return by === undefined || !known.includes(by) ? otherwise : { by, isDown: text?.startsWith("-") ?? false };
}

/** Writes a sort for the URL. */
export function writeSort({ by, isDown }: Sort): string {
  return isDown ? `-${by}` : by;
}

/** The selection after a row was switched, with all between it and the one before when a range is wanted. */
export function toggled(keys: ReadonlySet<string>, order: readonly string[], from: number, to: number): Set<string> {
  const next = new Set(keys);
  const target = order[to];
  const isOn = target !== undefined && !keys.has(target);
  for (const key of order.slice(Math.min(from, to), Math.max(from, to) + 1)) {
    if (isOn) {
      next.add(key);
    } else {
      next.delete(key);
    }
  }
  return next;
}
