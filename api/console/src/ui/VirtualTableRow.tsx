import { memo, type MouseEvent, type ReactNode } from "react";
import type { Column } from "./virtualRows.ts";
import classes from "./VirtualTable.module.css";

interface Props<T> {
  row: T;
  index: number;
  start: number;
  height: number;
  columns: readonly Column<T>[];
  compact: ((row: T, tabIndex: 0 | -1) => ReactNode) | undefined;
  template: string;
  isActive: boolean;
  /** Undefined when rows cannot be chosen. */
  isSelected: boolean | undefined;
  choose: (row: T, isRange: boolean) => void;
  open: ((row: T) => void) | undefined;
  focus: (row: T) => void;
}

const ownClicks = "a, button, input, select, textarea, label, [role=button]";

function PlainRow<T>(props: Props<T>) {
  const { row, index, start, height, columns, compact, template, isActive, isSelected, choose, open, focus } = props;
  const tabIndex = isActive ? 0 : -1;
  const onClick = (e: MouseEvent<HTMLElement>) => {
    const isOwn = e.target instanceof Element && e.target.closest(ownClicks) !== null;
    if (open !== undefined && !isOwn && getSelection()?.isCollapsed !== false) {
      open(row);
    }
  };
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      data-index={index}
      data-opens={open === undefined ? undefined : true}
      data-selected={isSelected === true ? true : undefined}
      className={classes.row}
      style={{ gridTemplateColumns: template, height, transform: `translateY(${start}px)` }}
      tabIndex={tabIndex}
      onFocus={() => focus(row)}
      onClick={onClick}
    >
      {isSelected !== undefined && (
        <div role="gridcell">
          <label className={classes.check}>
            <input
              type="checkbox"
              aria-label={`Choose row ${index + 1}`}
              tabIndex={tabIndex}
              checked={isSelected}
              onChange={(e) => choose(row, "shiftKey" in e.nativeEvent && e.nativeEvent.shiftKey === true)}
            />
          </label>
        </div>
      )}
      {compact === undefined ? (
        columns.map((column) => (
          <div key={column.id} role="gridcell" className={classes.cell} data-align={column.align}>
            {column.render(row, tabIndex)}
          </div>
        ))
      ) : (
        <div role="gridcell" className={classes.compact}>
          {compact(row, tabIndex)}
        </div>
      )}
    </div>
  );
}

/** One row of a virtual table; it is drawn anew only when something of it changed. */
export const Row = memo(PlainRow) as typeof PlainRow;
