import { useCallbackRef, useElementSize, useMergedRef } from "@mantine/hooks";
import { defaultRangeExtractor, useVirtualizer, type Range } from "@tanstack/react-virtual";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { KeyboardEvent, ReactNode, RefObject } from "react";
import { fitting, nextIndex, toggled, tracks, type Column, type Selection, type Sort } from "./virtualRows.ts";
import { Slots } from "./slots.ts";
import { CompactHead, Head } from "./VirtualTableHead.tsx";
import { Row } from "./VirtualTableRow.tsx";
import classes from "./VirtualTable.module.css";

export type { Column, Selection, Sort } from "./virtualRows.ts";

interface Props<T> {
  /** What the table is about, for those who do not see it. */
  label: string;
  /** In the order in which they are shown; a row that did not change should be the same object. */
  rows: readonly T[];
  columns: readonly Column<T>[];
  getKey: (row: T) => string;
  sort?: Sort | undefined;
  onSort?: ((sort: Sort) => void) | undefined;
  /** Opens a row on Enter and click. Links, buttons and fields in it keep their own clicks. */
  onOpen?: ((row: T) => void) | undefined;
  selection?: Selection | undefined;
  /** Draws a row in two lines where the table is too narrow for columns. */
  compact?: ((row: T, tabIndex: 0 | -1) => ReactNode) | undefined;
  /** Under how many pixels of the table's own width rows are compact. */
  compactUnder?: number;
  /** The most that the table is high; with fewer rows it is less high. */
  height?: string;
  rowHeight?: number;
  compactHeight?: number;
  /** What stands there when there are no rows. */
  empty?: ReactNode;
}

/**
 * A table that draws only the rows in view, so that it stays quick with many thousands. It is one stop on the Tab way:
 * arrows, Page Up and Down, Home and End move from row to row, Enter opens, Space chooses.
 */
export function VirtualTable<T>(props: Props<T>) {
  const { label, rows, columns, getKey, sort, onSort, onOpen, selection, compact, empty } = props;
  const { compactUnder = 736, height = "max(320px, calc(100dvh - 300px))" } = props;
  const { rowHeight = 40, compactHeight = 64 } = props;
  const size = useElementSize();
  const box = useRef<HTMLDivElement>(null);
  const boxRef = useMergedRef(box, size.ref);
  const isCompact = compact !== undefined && size.width > 0 && size.width < compactUnder;
  const isSelectable = selection !== undefined;
  const shown = useMemo(() => fitting(columns, size.width), [columns, size.width]);
  const { template, least } = useMemo(
    () => tracks(isCompact ? oneColumn : shown, isSelectable),
    [isCompact, shown, isSelectable],
  );
  const estimate = isCompact ? compactHeight : rowHeight;
  const at = useActive(box, rows, getKey);
  const virtual = useRows(box, rows.length, at.index, estimate);
  const [slots] = useState(() => new Slots());
  const items = virtual.getVirtualItems().flatMap((item) => {
    const row = rows[item.index];
    return row === undefined ? [] : [{ item, row, key: getKey(row) }];
  });
  const places = slots.assign(items.map(({ key }) => key));
  const choose = useChoice(rows, getKey, selection);
  const open = useCallbackRef(onOpen);

  const onKeyDown = (e: KeyboardEvent<HTMLDivElement>) => {
    const isRow = e.target instanceof HTMLElement && e.target.dataset.index !== undefined;
    const row = rows[at.index];
    if (!isRow || row === undefined || e.ctrlKey || e.metaKey || e.altKey) {
      return;
    }
    const page = Math.max(1, Math.floor((e.currentTarget.clientHeight - headHeight) / estimate) - 1);
    const to = nextIndex(e.key, at.index, rows.length, page);
    if (e.key === "Enter" && onOpen !== undefined) {
      onOpen(row);
    } else if (e.key === " " && isSelectable) {
      choose(row, e.shiftKey);
    } else if (to !== undefined) {
      at.move(to);
      virtual.scrollToIndex(to, { align: "auto" });
    } else {
      return;
    }
    e.preventDefault();
  };

  const head = { label, rows, getKey, selection, sort, onSort, template };
  return (
    <div
      ref={boxRef}
      className={classes.box}
      style={{ maxHeight: height }}
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-colcount={(isCompact ? 1 : shown.length) + (isSelectable ? 1 : 0)}
      aria-multiselectable={isSelectable || undefined}
      onKeyDown={onKeyDown}
    >
      {isCompact ? <CompactHead {...head} columns={columns} /> : <Head {...head} columns={shown} least={least} />}
      <div
        role="rowgroup"
        className={classes.body}
        style={{ height: virtual.getTotalSize(), ...(isCompact ? {} : { minWidth: least }) }}
      >
        {items.map(({ item, row, key }) => (
          <Row
            key={places.get(key)}
            row={row}
            index={item.index}
            start={item.start}
            height={estimate}
            columns={shown}
            compact={isCompact ? compact : undefined}
            template={template}
            isActive={item.index === at.index}
            isSelected={selection?.keys.has(key)}
            choose={choose}
            open={onOpen === undefined ? undefined : open}
            focus={at.set}
          />
        ))}
      </div>
      {rows.length === 0 && empty !== undefined && <Nothing>{empty}</Nothing>}
    </div>
  );
}

const headHeight = 44;
const oneColumn: readonly Column<unknown>[] = [{ id: "", title: "", width: 0, grow: 1, render: () => null }];

function Nothing({ children }: { children: ReactNode }) {
  return (
    <div role="rowgroup">
      <div role="row">
        <div role="gridcell" className={classes.empty}>
          {children}
        </div>
      </div>
    </div>
  );
}

/** The row that the Tab key leads to, known by its key: it stays the same when rows are sorted anew. */
function useActive<T>(box: RefObject<HTMLElement | null>, rows: readonly T[], getKey: (row: T) => string) {
  const [key, setKey] = useState<string>();
  const [asked, ask] = useState(0);
  const index = useMemo(
    () => Math.max(0, key === undefined ? 0 : rows.findIndex((row) => getKey(row) === key)),
    [rows, key, getKey],
  );
  const latest = useRef(index);
  useLayoutEffect(() => {
    latest.current = index;
  }, [index]);
  useEffect(() => {
    if (asked > 0) {
      box.current?.querySelector<HTMLElement>(`[data-index="${latest.current}"]`)?.focus({ preventScroll: true });
    }
  }, [asked, box]);
  const set = useCallbackRef((row: T) => setKey(getKey(row)));
  const move = (to: number) => {
    const row = rows[to];
    if (row !== undefined) {
      setKey(getKey(row));
      ask((n) => n + 1);
    }
  };
  return { index, set, move };
}

/** The rows in view, and the one that has the focus, which must not go when it is scrolled away. */
function useRows(box: RefObject<HTMLElement | null>, count: number, active: number, estimate: number) {
  const rangeExtractor = useCallback(
    (range: Range) => {
      const indexes = defaultRangeExtractor(range);
      return active >= range.count || indexes.includes(active) ? indexes : [...indexes, active].sort((a, b) => a - b);
    },
    [active],
  );
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => box.current,
    estimateSize: () => estimate,
    overscan: 8,
    scrollPaddingStart: headHeight,
    rangeExtractor,
  });
  useEffect(() => virtual.measure(), [virtual, estimate]);
  return virtual;
}

/** Switches the choice of a row, or of all between it and the one before. */
function useChoice<T>(rows: readonly T[], getKey: (row: T) => string, selection: Selection | undefined) {
  const before = useRef<string>(undefined);
  return useCallbackRef((row: T, isRange: boolean) => {
    if (selection === undefined) {
      return;
    }
    const order = rows.map(getKey);
    const to = order.indexOf(getKey(row));
    const from = isRange && before.current !== undefined ? order.indexOf(before.current) : to;
    before.current = getKey(row);
    selection.onChange(toggled(selection.keys, order, from < 0 ? to : from, to));
  });
}
