import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef, type RefObject } from "react";
import { paint, type Picture } from "./paint.ts";
import { paletteOf, type Palette } from "./palette.ts";

/** What of a picture a component knows; the colors are found where the canvas is. */
export type Scene = Omit<Picture, "palette">;

/** Paints a scene on a canvas, at most once for each frame of the screen. */
export function usePicture(canvas: RefObject<HTMLCanvasElement | null>, scene: Scene): void {
  const scheme = useComputedColorScheme();
  const known = useRef<{ scheme: string; palette: Palette }>(undefined);
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      if (canvas.current === null) {
        return;
      }
      if (known.current?.scheme !== scheme) {
        known.current = { scheme, palette: paletteOf(canvas.current, scheme === "dark") };
      }
      paint(canvas.current, { ...scene, palette: known.current.palette });
    });
    return () => cancelAnimationFrame(frame);
  });
}
