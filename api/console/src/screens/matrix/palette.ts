import { objectStateWord } from "../../parts/words.ts";
import { states, type StateName } from "./states.ts";

/** The colors of the picture, as the theme of the page has them. */
export interface Palette {
  paper: string;
  /** Behind the names. */
  frame: string;
  text: string;
  quiet: string;
  /** Of letters on the colors of states. */
  ink: string;
  line: string;
  /** Of the lines under the pointer. */
  band: string;
  stale: string;
  font: string;
  colors: Record<StateName, string>;
}

/** The color of a state in the picture and its legend; what is well stands back. */
export function stateColor(state: StateName, isDark: boolean): string {
  const { color } = objectStateWord(state);
  const shade = state === "enforced" ? (isDark ? 7 : 3) : state === "idle" ? (isDark ? 6 : 4) : 5;
  return `--mantine-color-${color}-${shade}`;
}

/** Reads the colors where an element is. */
export function paletteOf(element: Element, isDark: boolean): Palette {
  const style = getComputedStyle(element);
  const read = (name: string) => style.getPropertyValue(name).trim();
  const gray = (light: number, dark: number) =>
    read(isDark ? `--mantine-color-dark-${dark}` : `--mantine-color-gray-${light}`);
  const colorOf = (state: StateName) => read(stateColor(state, isDark));
  return {
    paper: read("--mantine-color-body"),
    frame: gray(0, 6),
    text: read("--mantine-color-text"),
    quiet: gray(7, 1),
    ink: read("--mantine-color-black"),
    line: gray(4, 4),
    band: gray(2, 5),
    stale: gray(4, 2),
    font: style.fontFamily,
    colors: Object.fromEntries(states.map(({ state }) => [state, colorOf(state)])) as Record<StateName, string>,
  };
}
