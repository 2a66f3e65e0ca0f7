import { VisuallyHidden } from "@mantine/core";
import { SortableContext, verticalListSortingStrategy } from "@dnd-kit/sortable";
import { defaultRangeExtractor, useVirtualizer, type Range, type VirtualItem } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, useState, type CSSProperties } from "react";
import type { Scope } from "../../hooks/draft.ts";
import { kindName } from "../../parts/kinds.ts";
import { SortableRows } from "../../ui/SortableRows.tsx";
import type { RowActions } from "./actions.ts";
import type { PolicyKind } from "./kind.ts";
import { titleOf } from "./Marks.tsx";
import classes from "./PolicyTable.module.css";
import { PolicyTableRow } from "./PolicyTableRow.tsx";
import { whyNotOf } from "./RowMenu.tsx";
import type { LaidRow } from "./rows.ts";

interface Props<O> {
  of: PolicyKind<O>;
  /** What the table is about, for those who do not see it. */
  label: string;
  rows: readonly LaidRow<O>[];
  selected: ReadonlySet<string>;
  onSelected: (keys: ReadonlySet<string>) => void;
  onDetails: (row: LaidRow<O>) => void;
  actions: RowActions<O>;
}

const scopes: readonly Scope[] = ["fed", "local"];

/** The objects of a kind; only those in view are drawn. Ordered kinds are put into order by their handles. */
export function PolicyTable<O>({ of, label, rows, selected, onSelected, onDetails, actions }: Props<O>) {
  const box = useRef<HTMLDivElement>(null);
  const [dragged, setDragged] = useState<string>();
  const byKey = useMemo(() => new Map(rows.map((row, i) => [row.key, { row, i }])), [rows]);
  const held = dragged === undefined ? undefined : byKey.get(dragged)?.i;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => 46,
    getItemKey: (i) => rows[i]?.key ?? i,
    overscan: 10,
    rangeExtractor: (range: Range) => withHeld(defaultRangeExtractor(range), held),
  });
  const keys = useMemo(() => keysOf(rows), [rows]);
  const select = (row: LaidRow<O>, isOn: boolean) => {
    const next = new Set(selected);
    onSelected(isOn ? next.add(row.key) : (next.delete(row.key), next));
  };
  const moved = useRef<{ key: string; part: "handle" | "menu" }>(undefined);
  useEffect(() => {
    const { key, part } = moved.current ?? {};
    const now = key === undefined ? undefined : byKey.get(key);
    if (key === undefined || now?.row.isMoved !== true) {
      return;
    }
    moved.current = undefined; // the row is at another place in the page, and has lost the focus on the way
    virtual.scrollToIndex(now.i);
    requestAnimationFrame(() => {
      box.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"] [data-part="${part}"]`)?.focus();
    });
  }, [byKey, virtual]);
  const all: RowActions<O> = {
    ...actions,
    step: (row, to) => {
      moved.current = { key: row.key, part: "menu" };
      actions.step(row, to);
    },
  };
  const move = (key: string, over: string) => {
    const [from, to] = [byKey.get(key)?.row, byKey.get(over)?.row];
    if (from !== undefined && to !== undefined && from.scope === to.scope) {
      moved.current = { key, part: "handle" };
      actions.moveTo(from, to);
    }
  };
  const draw = (item: VirtualItem) => {
    const row = rows[item.index];
    return (
      row !== undefined && (
        <PolicyTableRow
          key={item.key}
          of={of}
          row={row}
          index={item.index}
          top={item.start}
          measure={virtual.measureElement}
          isSelected={selected.has(row.key)}
          onSelect={select}
          onDetails={onDetails}
          actions={all}
        />
      )
    );
  };
  const items = virtual.getVirtualItems();
  const columns = tracks(of);
  const style: CSSProperties & Record<`--${string}`, string> = {
    "--columns": columns.join(" "),
    "--least": `${leastWidth(columns)}px`,
  };
  return (
    <SortableRows
      nameOf={(key) => titleOf(kindName(of.kind), byKey.get(key)?.row.name ?? "")}
      placeOf={(key) => `place ${byKey.get(key)?.row.place ?? "unknown"}`}
      onMove={move}
      onStart={setDragged}
      onEnd={() => setDragged(undefined)}
    >
      <div ref={box} className={classes.box}>
        <div role="table" aria-label={label} aria-rowcount={rows.length + 1} className={classes.table} style={style}>
          <TableHead of={of} rows={rows} selected={selected} onSelected={onSelected} actions={actions} />
          <div role="rowgroup" className={classes.body} style={{ height: virtual.getTotalSize() }}>
            {scopes.map((scope) => (
              <SortableContext key={scope} items={keys[scope]} strategy={verticalListSortingStrategy}>
                {items.filter((item) => rows[item.index]?.scope === scope).map(draw)}
              </SortableContext>
            ))}
          </div>
        </div>
      </div>
    </SortableRows>
  );
}

function TableHead<O>({
  of,
  rows,
  selected,
  onSelected,
  actions,
}: Pick<Props<O>, "of" | "rows" | "selected" | "onSelected" | "actions">) {
  const choosable = rows.filter((row) => row.staged !== "deleted" && whyNotOf(of, row, actions) === undefined);
  const chosen = choosable.filter((row) => selected.has(row.key)).length;
  const titles = [...of.columns, { key: "targets", title: "Targets", isNumber: false }];
  return (
    <div role="rowgroup" className={classes.head}>
      <div role="row" aria-rowindex={1} className={classes.line} style={{ minHeight: 40 }}>
        <div role="columnheader" aria-label="Choice">
          {choosable.length > 0 && (
            <label className={classes.check}>
              <input
                type="checkbox"
                ref={(box) => {
                  if (box !== null) {
                    box.indeterminate = chosen > 0 && chosen < choosable.length;
                  }
                }}
                checked={chosen > 0 && chosen === choosable.length}
                onChange={(e) => onSelected(new Set(e.currentTarget.checked ? choosable.map((row) => row.key) : []))}
                aria-label="Choose all"
              />
            </label>
          )}
        </div>
        {of.isOrdered === true && (
          <div role="columnheader" className={classes.title}>
            Place
          </div>
        )}
        <div role="columnheader">{nameTitle(of.kind)}</div>
        {titles.map(({ key, title, isNumber }) => (
          <div
            role="columnheader"
            key={key}
            className={`${classes.title} ${classes.cell}`}
            data-number={isNumber === true || undefined}
          >
            {title}
          </div>
        ))}
        <div role="columnheader" className={classes.title}>
          State
        </div>
        <div role="columnheader" className={classes.title}>
          <VisuallyHidden>Actions</VisuallyHidden>
        </div>
      </div>
    </div>
  );
}

function nameTitle(kind: string): string {
  switch (kind) {
    case "network":
    case "admission":
    case "response":
      return "Number";
    case "process":
    case "file":
    case "dlp-group":
    case "waf-group":
      return "Group";
    default:
      return "Name";
  }
}

/** The tracks of a row. */
function tracks<O>(of: PolicyKind<O>): string[] {
  const place = of.isOrdered === true ? ["64px"] : [];
  const columns = of.columns.map((c) => c.width);
  return ["24px", ...place, "minmax(152px, 1.5fr)", ...columns, "minmax(84px, 1fr)", "minmax(136px, 1fr)", "32px"];
}

/** The least width of a row: that of its tracks with the gaps between them. */
function leastWidth(all: readonly string[]): number {
  const gap = 12;
  return all.reduce((sum, track) => sum + Number(/\d+(?=px)/.exec(track)?.[0] ?? 0) + gap, gap);
}

/** The keys of the rows of each scope: a rule stays in its own. */
function keysOf<O>(rows: readonly LaidRow<O>[]): Record<Scope, string[]> {
  const of = (scope: Scope) => rows.filter((row) => row.scope === scope).map((row) => row.key);
  return { fed: of("fed"), local: of("local") };
}

/** The row that is being moved stays drawn, wherever the list is scrolled to. */
function withHeld(indexes: number[], held: number | undefined): number[] {
  return held === undefined || indexes.includes(held) ? indexes : [...indexes, held].sort((a, b) => a - b);
}
