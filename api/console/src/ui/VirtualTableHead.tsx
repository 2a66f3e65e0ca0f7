import { ActionIcon, NativeSelect } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { useMemo } from "react";
import { nextSort, type Column, type Selection, type Sort } from "./virtualRows.ts";
import classes from "./VirtualTable.module.css";

interface Props<T> {
  label: string;
  rows: readonly T[];
  columns: readonly Column<T>[];
  getKey: (row: T) => string;
  selection: Selection | undefined;
  sort: Sort | undefined;
  onSort: ((sort: Sort) => void) | undefined;
  template: string;
}

/** The titles of the columns; those that sort are buttons. */
export function Head<T>({ columns, sort, onSort, template, least, ...rest }: Props<T> & { least: number }) {
  return (
    <div role="rowgroup" className={classes.head} style={{ minWidth: least }}>
      <div role="row" aria-rowindex={1} className={classes.row} style={{ gridTemplateColumns: template }}>
        <ChooseAll {...rest} />
        {columns.map((column) => {
          const isBy = sort?.by === column.id;
          const Icon = isBy && sort.isDown ? IconArrowDown : IconArrowUp;
          return (
            <div
              key={column.id}
              role="columnheader"
              className={classes.title}
              data-align={column.align}
              aria-sort={isBy ? (sort.isDown ? "descending" : "ascending") : undefined}
            >
              {column.sorts === true && onSort !== undefined ? (
                <button
                  type="button"
                  className={classes.sort}
                  onClick={() => onSort(nextSort(sort, column.id, column.align))}
                >
                  <span>{column.title}</span>
                  <Icon size={14} aria-hidden data-off={isBy ? undefined : true} />
                </button>
              ) : (
                column.title
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** Where there are no columns, a choice says what the rows are sorted by. */
export function CompactHead<T>({ label, columns, sort, onSort, template, ...rest }: Props<T>) {
  const sortable = columns.filter((c) => c.sorts === true);
  return (
    <div role="rowgroup" className={classes.head}>
      <div role="row" aria-rowindex={1} className={classes.row} style={{ gridTemplateColumns: template }}>
        <ChooseAll label={label} {...rest} />
        <div role="columnheader" className={classes.sortBar}>
          {sort !== undefined && onSort !== undefined ? (
            <>
              <NativeSelect
                size="xs"
                aria-label={`Sort ${label} by`}
                value={sort.by}
                onChange={(e) => onSort({ by: e.currentTarget.value, isDown: sort.isDown })}
                data={sortable.map((c) => ({ value: c.id, label: c.title }))}
              />
              <ActionIcon
                variant="default"
                size={30}
                aria-label={sort.isDown ? "Sort upwards" : "Sort downwards"}
                onClick={() => onSort({ by: sort.by, isDown: !sort.isDown })}
              >
                {sort.isDown ? <IconArrowDown size={16} aria-hidden /> : <IconArrowUp size={16} aria-hidden />}
              </ActionIcon>
            </>
          ) : (
            label
          )}
        </div>
      </div>
    </div>
  );
}

type ChooseAllProps<T> = Pick<Props<T>, "rows" | "getKey" | "selection"> & { label?: string };

function ChooseAll<T>({ rows, getKey, selection }: ChooseAllProps<T>) {
  const keys = selection?.keys;
  const chosen = useMemo(
    () => (keys === undefined || keys.size === 0 ? 0 : rows.reduce((n, row) => n + (keys.has(getKey(row)) ? 1 : 0), 0)),
    [rows, getKey, keys],
  );
  if (selection === undefined) {
    return null;
  }
  const isAll = chosen > 0 && chosen === rows.length;
  return (
    <div role="columnheader">
      <label className={classes.check}>
        <input
          type="checkbox"
          aria-label={isAll ? "Choose none" : "Choose all that are shown"}
          ref={(input) => {
            if (input !== null) {
              input.indeterminate = chosen > 0 && !isAll;
            }
          }}
          checked={isAll}
          onChange={() => selection.onChange(isAll ? new Set() : new Set(rows.map(getKey)))}
        />
      </label>
    </div>
  );
}
