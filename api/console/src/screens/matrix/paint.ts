import { kindName } from "../../parts/kinds.ts";
import type { Grid } from "./grid.ts";
import { inView, isWide, readable, type Layout, type Place, type Point, type Size } from "./layout.ts";
import type { Palette } from "./palette.ts";
import { stateOf, type StateName } from "./states.ts";

/** What is to be painted. */
export interface Picture {
  grid: Grid;
  layout: Layout;
  scroll: Point;
  view: Size;
  /** The cell that has the cursor. */
  cursor: Place | undefined;
  /** The lines under the pointer. */
  pointed: Partial<Place>;
  palette: Palette;
  /** Whether nothing newer is known: states are gray then. */
  isStale: boolean;
}

/** Paints the part of the grid that is in view; shapes and letters say the same as the colors. */
export function paint(canvas: HTMLCanvasElement, picture: Picture): void {
  const { view, palette } = picture;
  const scale = window.devicePixelRatio;
  const width = Math.round(view.width * scale);
  const height = Math.round(view.height * scale);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const pen = canvas.getContext("2d", { alpha: false });
  if (pen === null) {
    return;
  }
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.fillStyle = palette.paper;
  pen.fillRect(0, 0, view.width, view.height);
  paintCells(pen, picture);
  paintRowNames(pen, picture);
  paintColumnNames(pen, picture);
  paintCorner(pen, picture);
}

function paintCells(pen: CanvasRenderingContext2D, picture: Picture): void {
  const { grid, layout, scroll, view, cursor, pointed, palette, isStale } = picture;
  const { cell, across, side, head } = layout;
  const rows = inView(scroll.y, view.height - head, cell, layout.rows);
  const columns = inView(scroll.x, view.width - side, across, layout.columns);
  pen.font = `600 ${Math.round(cell * 0.55)}px ${palette.font}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  for (let r = rows.first; r <= rows.last; r++) {
    const y = head + r * cell - scroll.y;
    const letters = grid.letters[r] ?? "";
    if (pointed.row === r) {
      band(pen, palette.band, side, y, Math.min(view.width, side + layout.columns * across - scroll.x) - side, cell);
    }
    for (let c = columns.first; c <= columns.last; c++) {
      const x = side + c * across - scroll.x;
      if (pointed.column === c && pointed.row !== r) {
        band(pen, palette.band, x, y, across, cell);
      }
      const letter = letters[grid.columns[c]?.index ?? -1] ?? "";
      const state = stateOf(letter);
      if (state === undefined) {
        paintNothing(pen, palette, x + (across - cell) / 2, y, cell);
        continue;
      }
      pen.globalAlpha = grid.only === undefined || grid.only.has(state) ? 1 : 0.25;
      pen.fillStyle = isStale ? palette.stale : palette.colors[state];
      paintShape(pen, state, palette, x, y, across, cell);
      if (cell >= readable) {
        pen.fillStyle = palette.ink;
        pen.fillText(letter.toUpperCase(), x + across / 2, y + cell / 2 + 0.5);
      }
      pen.globalAlpha = 1;
    }
  }
  if (cursor !== undefined) {
    pen.strokeStyle = palette.text;
    pen.lineWidth = 2;
    pen.strokeRect(side + cursor.column * across - scroll.x, head + cursor.row * cell - scroll.y, across, cell);
  }
}

function band(pen: CanvasRenderingContext2D, color: string, x: number, y: number, width: number, height: number): void {
  pen.fillStyle = color;
  pen.fillRect(x, y, width, height);
}

function paintNothing(pen: CanvasRenderingContext2D, palette: Palette, x: number, y: number, cell: number): void {
  const size = Math.max(1, cell / 7);
  pen.fillStyle = palette.line;
  pen.fillRect(x + (cell - size) / 2, y + (cell - size) / 2, size, size);
}

/** The shape of a state. From the readable size on the letter tells more, and all shapes are whole. */
function paintShape(
  pen: CanvasRenderingContext2D,
  state: StateName,
  palette: Palette,
  x: number,
  y: number,
  across: number,
  cell: number,
): void {
  const gap = cell >= 8 ? 1 : 0.5;
  const size = cell - 2 * gap;
  const left = x + gap;
  const top = y + gap;
  if (cell >= readable || cell < 8) {
    pen.fillRect(left, top, across - 2 * gap, size);
    return;
  }
  switch (state) {
    case "enforced":
    case "failed":
      pen.fillRect(left, top, size, size);
      break;
    case "partial": // half
      pen.fillRect(left, top + size / 2, size, size / 2);
      return;
    case "unsupported": // two bars
      pen.fillRect(left, top, size, size / 3);
      pen.fillRect(left, top + (size * 2) / 3, size, size / 3);
      return;
    case "idle": // a dot
      pen.fillRect(left + size / 3, top + size / 3, size / 3, size / 3);
      return;
    case "pending": // the left part
      pen.fillRect(left, top, size / 2, size);
      return;
    case "unknown": // a frame
      pen.fillRect(left, top, size, size);
      pen.fillStyle = palette.paper;
      pen.fillRect(left + size / 4, top + size / 4, size / 2, size / 2);
      return;
  }
  if (state === "failed") {
    pen.strokeStyle = palette.paper;
    pen.lineWidth = 1.5;
    pen.beginPath();
    pen.moveTo(left, top);
    pen.lineTo(left + size, top + size);
    pen.moveTo(left + size, top);
    pen.lineTo(left, top + size);
    pen.stroke();
  }
}

function paintRowNames(pen: CanvasRenderingContext2D, picture: Picture): void {
  const { grid, layout, scroll, view, cursor, pointed, palette } = picture;
  const { cell, side, head } = layout;
  pen.fillStyle = palette.frame;
  pen.fillRect(0, head, side, view.height - head);
  const rows = inView(scroll.y, view.height - head, cell, layout.rows);
  pen.textBaseline = "middle";
  for (let r = rows.first; r <= rows.last; r++) {
    const line = grid.rows[r];
    if (line === undefined) {
      continue;
    }
    const y = head + r * cell - scroll.y;
    const isMarked = pointed.row === r || cursor?.row === r;
    if (isMarked) {
      band(pen, palette.band, 0, y, side, cell);
    }
    const isFirst = r === 0 || grid.rows[r - 1]?.what.kind !== line.what.kind;
    if (isFirst && r > 0) {
      pen.fillStyle = palette.line;
      pen.fillRect(0, y, side, 1);
    }
    if (cell < readable) {
      // There is room for the names of some: always of the same ones, so that they do not flicker when it is scrolled.
      if (r % Math.ceil(readable / cell) === 0) {
        write(pen, palette, rowName(line.what, side), 8, y + 7, side - 16);
      }
      continue;
    }
    const { enforced, of } = line.tally;
    const summary = `${enforced}/${of}`;
    pen.font = `12px ${palette.font}`;
    const room = pen.measureText(summary).width;
    pen.textAlign = "right";
    pen.fillStyle = enforced === of ? palette.quiet : palette.text;
    pen.fillText(summary, side - 8, y + cell / 2 + 0.5);
    write(pen, palette, rowName(line.what, side), 8, y + cell / 2 + 0.5, side - room - 24, isMarked);
  }
  pen.fillStyle = palette.line;
  pen.fillRect(side - 1, head, 1, view.height - head);
}

function rowName({ kind, name }: { kind: string; name: string }, side: number): string {
  return side < 200 || /^[a-z]+\./.test(name) ? name : `${kindName(kind)} ${name}`;
}

function paintColumnNames(pen: CanvasRenderingContext2D, picture: Picture): void {
  const { grid, layout, scroll, view, cursor, pointed, palette } = picture;
  const { cell, across, side, head } = layout;
  pen.fillStyle = palette.frame;
  pen.fillRect(side, 0, view.width - side, head);
  const columns = inView(scroll.x, view.width - side, across, layout.columns);
  for (let c = columns.first; c <= columns.last; c++) {
    const line = grid.columns[c];
    if (line === undefined) {
      continue;
    }
    const x = side + c * across - scroll.x;
    const isMarked = pointed.column === c || cursor?.column === c;
    if (isMarked) {
      band(pen, palette.band, x, 0, across, head);
    }
    const { enforced, of } = line.tally;
    const share = of === 0 ? 0 : enforced / of;
    pen.fillStyle = palette.line;
    pen.fillRect(x + 1, head - 5, across - 2, 4);
    pen.fillStyle = picture.isStale ? palette.stale : palette.colors.enforced;
    pen.fillRect(x + 1, head - 5, (across - 2) * share, 4);
    const summary = `${enforced}/${of}`;
    if (isWide(layout)) {
      write(pen, palette, line.what.name, x + 4, 14, across - 8, isMarked);
      write(pen, palette, summary, x + 4, 31, across - 8);
    } else if (cell >= readable) {
      pen.save();
      pen.translate(x + across / 2 + 0.5, head - 10);
      pen.rotate(-Math.PI / 2);
      write(pen, palette, `${line.what.name}  ${summary}`, 0, 0, head - 16, isMarked);
      pen.restore();
    }
  }
}

function paintCorner(pen: CanvasRenderingContext2D, { layout, palette }: Picture): void {
  const { side, head, rows, columns } = layout;
  pen.fillStyle = palette.frame;
  pen.fillRect(0, 0, side, head);
  const text = `${rows} × ${columns}`;
  write(pen, palette, text, 8, head - 12, side - 12);
  pen.fillStyle = palette.line;
  pen.fillRect(side - 1, 0, 1, head);
  pen.fillRect(0, head - 1, side, 1);
}

/** Writes a text that is cut when it does not fit. */
function write(
  pen: CanvasRenderingContext2D,
  palette: Palette,
  text: string,
  x: number,
  y: number,
  room: number,
  isBold = false,
): void {
  pen.font = `${isBold ? "600 " : ""}12px ${palette.font}`;
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  pen.fillStyle = palette.text;
  pen.fillText(
    cut(text, room, (t) => pen.measureText(t).width),
    x,
    y,
  );
}

/** A text that is no wider than the room, with an ellipsis where it was cut. */
export function cut(text: string, room: number, widthOf: (text: string) => number): string {
  if (widthOf(text) <= room) {
    return text;
  }
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (widthOf(`${text.slice(0, middle)}…`) <= room) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return `${text.slice(0, low)}…`;
}
