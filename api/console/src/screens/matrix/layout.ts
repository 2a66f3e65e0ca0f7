/** How large the parts of the grid are, in CSS pixels. */
export interface Layout {
  /** Height of a cell. */
  cell: number;
  /** Width of a cell: with few clusters there is room for more than its height. */
  across: number;
  /** Width of the names of objects at the left. */
  side: number;
  /** Height of the names of clusters at the top. */
  head: number;
  rows: number;
  columns: number;
}

export interface Point {
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

/** A place in the grid. */
export interface Place {
  row: number;
  column: number;
}

/** What is under a point of the view. */
export type Hit =
  ({ is: "cell" } & Place) | { is: "row"; row: number } | { is: "column"; column: number } | { is: "nothing" };

/** The sizes that a cell can have. */
export const cellSizes = [4, 8, 14, 20, 28] as const;

/** From this size of a cell on there is room for its letter and for the names of its lines. */
export const readable = 14;

/** From this width of a cell on its cluster's name is written across. */
const wideEnough = 76;
const widest = 132;

/** The largest height of a cell with which all is in view; otherwise one that can be read, or tells more at once. */
export function fittingSize(rows: number, columns: number, view: Size): number {
  const fits = cellSizes.filter((s) => s >= readable && columns * s <= view.width && rows * s <= view.height);
  return Math.max(...fits, columns > 200 ? 8 : 20);
}

/** The size of a cell one step larger or smaller. */
export function zoomed(cell: number, step: 1 | -1): number {
  const at = cellSizes.findIndex((size) => size >= cell);
  return cellSizes[Math.max(0, Math.min(cellSizes.length - 1, at + step))] ?? cell;
}

/** The layout of a grid in a view of a width. */
export function layoutOf(cell: number, rows: number, columns: number, width: number): Layout {
  const side = width < 560 ? 132 : 240;
  const room = Math.floor((width - side - scrollbar) / Math.max(1, columns));
  const across = cell < readable ? cell : Math.max(cell, Math.min(widest, room));
  const head = cell < readable ? 24 : isWide({ across }) ? 48 : 132;
  return { cell, across, rows, columns, side, head };
}

/** What a bar for scrolling takes of the room. */
export const scrollbar = 16;

/** Whether the names of clusters are written across. */
export function isWide({ across }: Pick<Layout, "across">): boolean {
  return across >= wideEnough;
}

/** The size of everything. */
export function contentSize({ cell, across, side, head, rows, columns }: Layout): Size {
  return { width: side + columns * across, height: head + rows * cell };
}

/** The first and the last line that is in view; the last is before the first when none is. */
export function inView(scroll: number, room: number, cell: number, lines: number): { first: number; last: number } {
  const first = Math.max(0, Math.floor(scroll / cell));
  return { first, last: Math.min(lines - 1, Math.ceil((scroll + room) / cell) - 1) };
}

/** What is under a point of the view when it is scrolled. */
export function hit({ x, y }: Point, scroll: Point, { cell, across, side, head, rows, columns }: Layout): Hit {
  const column = x < side ? undefined : Math.floor((x - side + scroll.x) / across);
  const row = y < head ? undefined : Math.floor((y - head + scroll.y) / cell);
  const isColumn = column !== undefined && column < columns;
  const isRow = row !== undefined && row < rows;
  if (isColumn && isRow) {
    return { is: "cell", row, column };
  }
  if (isRow && column === undefined) {
    return { is: "row", row };
  }
  if (isColumn && row === undefined) {
    return { is: "column", column };
  }
  return { is: "nothing" };
}

/** Where a key leads from a place; undefined when it is no key that moves. Control leads to the ends of everything. */
export function moved(key: string, isFar: boolean, from: Place, layout: Layout, page: number): Place | undefined {
  const { row, column } = from;
  const end = { row: layout.rows - 1, column: layout.columns - 1 };
  const to: Record<string, Place> = {
    ArrowUp: { row: isFar ? 0 : row - 1, column },
    ArrowDown: { row: isFar ? end.row : row + 1, column },
    ArrowLeft: { row, column: isFar ? 0 : column - 1 },
    ArrowRight: { row, column: isFar ? end.column : column + 1 },
    Home: { row: isFar ? 0 : row, column: 0 },
    End: { row: isFar ? end.row : row, column: end.column },
    PageUp: { row: row - page, column },
    PageDown: { row: row + page, column },
  };
  const place = to[key];
  return place === undefined ? undefined : clamped(place, layout);
}

/** The place in the grid that is nearest to one that may be outside. */
export function clamped({ row, column }: Place, { rows, columns }: Pick<Layout, "rows" | "columns">): Place {
  return {
    row: Math.max(0, Math.min(rows - 1, row)),
    column: Math.max(0, Math.min(columns - 1, column)),
  };
}

/** Where the view must be scrolled to so that a place is in it; the same when it is. */
export function revealing({ row, column }: Place, scroll: Point, view: Size, layout: Layout): Point {
  const { cell, across, side, head } = layout;
  return {
    x: along(column * across, across, scroll.x, view.width - side),
    y: along(row * cell, cell, scroll.y, view.height - head),
  };
}

function along(start: number, size: number, scroll: number, room: number): number {
  return start < scroll ? start : start + size > scroll + room ? start + size - room : scroll;
}
