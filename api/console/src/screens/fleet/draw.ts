import type { Cluster } from "../../hooks/fleet.ts";
import { statusWord } from "../../parts/words.ts";

/** Draws one cell for each cluster; shapes say the same as the colors. */
export function drawCells(
  canvas: HTMLCanvasElement,
  clusters: readonly Pick<Cluster, "status">[],
  side: number,
  width: number,
  marked: number | undefined,
): void {
  const perLine = Math.max(1, Math.floor(width / side));
  const height = Math.ceil(clusters.length / perLine) * side;
  const scale = window.devicePixelRatio;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.style.height = `${height}px`;
  const pen = canvas.getContext("2d");
  if (pen === null) {
    return;
  }
  pen.scale(scale, scale);
  const style = getComputedStyle(canvas);
  const paper = style.getPropertyValue("--mantine-color-body").trim();
  const ink = style.getPropertyValue("--mantine-color-text").trim();
  const colors = new Map<string, string>();
  clusters.forEach(({ status }, at) => {
    let color = colors.get(status);
    if (color === undefined) {
      color = style.getPropertyValue(`--mantine-color-${statusWord(status).color}-6`).trim();
      colors.set(status, color);
    }
    drawCell(pen, status, color, paper, (at % perLine) * side, Math.floor(at / perLine) * side, side - 2);
  });
  if (marked !== undefined && marked < clusters.length) {
    pen.strokeStyle = ink;
    pen.lineWidth = 2;
    pen.strokeRect((marked % perLine) * side, Math.floor(marked / perLine) * side, side - 2, side - 2);
  }
}

function drawCell(
  pen: CanvasRenderingContext2D,
  status: string,
  color: string,
  paper: string,
  x: number,
  y: number,
  size: number,
): void {
  pen.fillStyle = color;
  pen.strokeStyle = paper;
  pen.lineWidth = Math.max(1.5, size / 8);
  const inset = size * 0.28;
  switch (status) {
    case "disconnected": // crossed out
      pen.fillRect(x, y, size, size);
      pen.beginPath();
      pen.moveTo(x + inset, y + inset);
      pen.lineTo(x + size - inset, y + size - inset);
      pen.moveTo(x + size - inset, y + inset);
      pen.lineTo(x + inset, y + size - inset);
      pen.stroke();
      return;
    case "diverged": // a hole
      pen.fillRect(x, y, size, size);
      pen.fillStyle = paper;
      pen.fillRect(x + inset, y + inset, size - 2 * inset, size - 2 * inset);
      return;
    case "out_of_sync": // half of it
      pen.fillRect(x, y + size / 2, size, size / 2);
      pen.strokeStyle = color;
      pen.strokeRect(x + 1, y + 1, size - 2, size - 2);
      return;
    case "joined": // an outline
    case "left":
    case "kicked":
      pen.strokeStyle = color;
      pen.strokeRect(x + 1, y + 1, size - 2, size - 2);
      return;
    case "active": // round
      pen.beginPath();
      pen.arc(x + size / 2, y + size / 2, size / 2, 0, Math.PI * 2);
      pen.fill();
      return;
    default:
      pen.fillRect(x, y, size, size);
  }
}
