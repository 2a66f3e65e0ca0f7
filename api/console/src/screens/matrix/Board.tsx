import { Group, Text } from "@mantine/core";
import { useId, useRef, useState } from "react";
import { objectStateWord } from "../../parts/words.ts";
import { cellName, type Cell, type Grid } from "./grid.ts";
import { Tip } from "./Tip.tsx";
import { useBoard } from "./useBoard.ts";
import { usePicture } from "./usePicture.ts";
import { Zoom } from "./Zoom.tsx";
import classes from "./matrix.module.css";

interface Props {
  grid: Grid;
  isStale: boolean;
  /** Opens the reason of a cell. */
  onOpen: (cell: Cell) => void;
}

/** The matrix as a picture with frozen names. It is one stop on the Tab way: arrows move a cursor, Enter opens. */
export function Board({ grid, isStale, onOpen }: Props) {
  const { frameRef, scrollerRef, ...board } = useBoard(grid, onOpen);
  const { layout, view, scroll, cursor, active, pointer, under } = board;
  const [isFocused, setFocused] = useState(false);
  const canvas = useRef<HTMLCanvasElement>(null);
  const id = useId();
  const pointed = under === undefined || under.is === "nothing" ? {} : under;
  usePicture(canvas, { grid, layout, scroll, view, pointed, isStale, cursor: isFocused ? cursor : undefined });
  return (
    <div>
      <Group justify="space-between" gap="xs" mb={6} wrap="nowrap" align="flex-start">
        <Text size="sm" role="status" className={classes.told ?? ""}>
          {isFocused ? sentence(active) : "Point at a cell, or move with the arrow keys; Enter tells why."}
        </Text>
        <Zoom size={layout.cell} onSize={board.setSize} />
      </Group>
      <div ref={frameRef}>
        <div className={classes.frame} style={{ maxWidth: board.frame }}>
          <div
            ref={scrollerRef}
            className={classes.scroller}
            style={{ height: board.height }}
            role="grid"
            tabIndex={0}
            aria-label="States of objects in clusters"
            aria-rowcount={layout.rows}
            aria-colcount={layout.columns}
            aria-readonly
            aria-activedescendant={active === undefined ? undefined : id}
            onKeyDown={board.onKeyDown}
            onFocus={() => setFocused(true)}
            onBlur={() => setFocused(false)}
            onScroll={({ currentTarget: box }) => board.scrolled({ x: box.scrollLeft, y: box.scrollTop })}
          >
            <div className={classes.content} style={board.content} role="row" aria-rowindex={cursor.row + 1}>
              <canvas
                ref={canvas}
                aria-hidden
                style={view}
                onPointerMove={({ nativeEvent: e }) => board.setPointer({ x: e.offsetX, y: e.offsetY })}
                onPointerLeave={() => board.setPointer(undefined)}
                onClick={({ nativeEvent: e }) => board.press({ x: e.offsetX, y: e.offsetY })}
              />
              <div id={id} role="gridcell" aria-colindex={cursor.column + 1} aria-label={sentence(active)} />
            </div>
          </div>
          {pointer !== undefined && under !== undefined && (
            <Tip grid={grid} hit={under} at={pointer} width={view.width} />
          )}
        </div>
      </div>
    </div>
  );
}

/** What a cell says, with the name of its state. */
function sentence(cell: Cell | undefined): string {
  if (cell === undefined) {
    return "";
  }
  return `${cellName(cell)}: ${cell.state === undefined ? "not for this cluster" : objectStateWord(cell.state).label}`;
}
