import { useElementSize, useMergedRef, useViewportSize } from "@mantine/hooks";
import { useEffect, useEffectEvent, useRef, useState, type KeyboardEvent } from "react";
import { cellAt, type Cell, type Grid } from "./grid.ts";
import {
  clamped,
  contentSize,
  fittingSize,
  hit,
  layoutOf,
  moved,
  readable,
  revealing,
  scrollbar,
  zoomed,
  type Place,
  type Point,
} from "./layout.ts";

/** The grid is so high at most, in pixels, when there is room. */
const mostHigh = 640;

/** The layout for the width that there is, and how high the view of it is. */
function useLayout(grid: Grid, width: number, chosen: number | undefined) {
  const window = useViewportSize();
  const [rows, columns] = [grid.rows.length, grid.columns.length];
  const most = Math.max(280, Math.min(mostHigh, window.height - 260));
  const bare = layoutOf(readable, rows, columns, width);
  const room = { width: width - bare.side - scrollbar, height: most - bare.head - scrollbar };
  const layout = layoutOf(chosen ?? fittingSize(rows, columns, room), rows, columns, width);
  const content = contentSize(layout);
  const height = Math.min(most, content.height + (content.width > width ? scrollbar : 0));
  const frame = content.width + (content.height > height ? scrollbar : 0) + 2;
  return { layout, content, height, frame };
}

/** Where the cursor and the pointer are in a grid, what is in view, and what keys do. */
export function useBoard(grid: Grid, onOpen: (cell: Cell) => void) {
  const { ref: frameRef, width } = useElementSize();
  const { ref: sizeRef, width: viewWidth, height: viewHeight } = useElementSize();
  const box = useRef<HTMLDivElement>(null);
  const scrollerRef = useMergedRef(box, sizeRef);
  const [chosen, setSize] = useState<number>();
  const [place, setPlace] = useState<Place>({ row: 0, column: 0 });
  const [pointer, setPointer] = useState<Point>();
  const [scroll, setScroll] = useState<Point>({ x: 0, y: 0 });

  const laid = useLayout(grid, width, chosen);
  const { layout, height } = laid;
  const view = { width: viewWidth, height: viewHeight };
  const cursor = clamped(place, layout);
  const active = cellAt(grid, cursor.row, cursor.column);
  const under = pointer === undefined ? undefined : hit(pointer, scroll, layout);

  const keep = useEffectEvent(() => {
    const { x, y } = revealing(cursor, scroll, view, layout);
    box.current?.scrollTo(x, y);
  });
  useEffect(() => keep(), [layout.cell, layout.across]); // the cursor stays in view when cells become larger

  const go = (to: Place) => {
    setPlace(to);
    setPointer(undefined);
    const { x, y } = revealing(to, scroll, view, layout);
    box.current?.scrollTo(x, y);
  };
  const onKeyDown = (e: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((height - layout.head) / layout.cell) - 1);
    const to = e.altKey ? undefined : moved(e.key, e.ctrlKey || e.metaKey, cursor, layout, page);
    if (to !== undefined) {
      go(to);
    } else if ((e.key === "Enter" || e.key === " ") && active?.state !== undefined) {
      onOpen(active);
    } else if ((e.key === "+" || e.key === "-") && !e.ctrlKey && !e.metaKey) {
      setSize(zoomed(layout.cell, e.key === "+" ? 1 : -1));
    } else {
      return;
    }
    e.preventDefault();
  };
  /** Moves the cursor to what is under a point, and opens it. */
  const press = (at: Point) => {
    const found = hit(at, scroll, layout);
    const cell = found.is === "cell" ? cellAt(grid, found.row, found.column) : undefined;
    if (found.is === "cell") {
      setPlace(found);
    }
    if (cell?.state !== undefined) {
      onOpen(cell);
    }
  };
  const scrolled = (to: Point) => {
    setPointer(undefined);
    setScroll(to);
  };
  return {
    ...laid,
    ...{ frameRef, scrollerRef, view, scroll, cursor, active, pointer, under },
    ...{ onKeyDown, press, scrolled, setPointer, setSize },
  };
}
