import { useComputedColorScheme, VisuallyHidden } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import classes from "./Chart.module.css";

/** One line of a chart. */
export interface Series {
  label: string;
  /** A CSS color or variable, such as "var(--mantine-color-teal-6)". */
  color: string;
  /** The values at the times; null where nothing is known. */
  values: readonly (number | null)[];
  /** Draws steps instead of straight lines: what counts stays so until it changes. */
  isStepped?: boolean;
  /** Fills what is under the line. */
  isFilled?: boolean;
}

interface Props {
  /** What the chart is about. */
  label: string;
  /** What one sees in it, in words. */
  summary: string;
  /** In milliseconds since 1970, ascending. */
  times: readonly number[];
  series: readonly Series[];
  /** Writes a value with its unit. */
  format: (value: number) => string;
  height?: number;
  /** Charts with the same one show the same moment under the pointer. */
  syncKey?: string;
}

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const shortClock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit", second: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric", hour: "numeric", minute: "2-digit" });

/** Values over time as lines. The summary says the same to those who do not see it. */
export function Chart({ label, summary, times, series, format, height = 180, syncKey }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const [under, setUnder] = useState<number>();
  const scheme = useComputedColorScheme();
  const shape = JSON.stringify(series.map((s) => [s.label, s.color, s.isStepped, s.isFilled]));
  const latest = useRef({ times, series, format });
  useEffect(() => {
    latest.current = { times, series, format };
    plot.current?.setData(dataOf(times, series));
  }, [times, series, format]);

  useEffect(() => {
    const parent = box.current;
    if (parent === null) {
      return undefined;
    }
    const made = new uPlot(
      optionsOf(parent, latest.current.series, (value) => latest.current.format(value), height, syncKey, setUnder),
      dataOf(latest.current.times, latest.current.series),
      parent,
    );
    plot.current = made;
    const resized = new ResizeObserver(() => made.setSize({ width: parent.clientWidth, height }));
    resized.observe(parent);
    return () => {
      resized.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [shape, height, syncKey, scheme]); // anew when its lines or the colors change

  const time = under === undefined ? undefined : times[under];
  return (
    <figure className={classes.figure} aria-label={label}>
      <figcaption className={classes.legend}>
        {series.map((line) => {
          const value = under === undefined ? undefined : line.values[under];
          return (
            <span key={line.label}>
              <span className={classes.mark} style={{ background: line.color }} aria-hidden />
              {line.label}
              {under !== undefined && <b> {value === null || value === undefined ? "–" : format(value)}</b>}
            </span>
          );
        })}
        {time !== undefined && <span>{clock.format(time)}</span>}
      </figcaption>
      <div ref={box} className={classes.box} style={{ height }} aria-hidden />
      <VisuallyHidden>{summary}</VisuallyHidden>
    </figure>
  );
}

function dataOf(times: readonly number[], series: readonly Series[]): uPlot.AlignedData {
  return [times.map((t) => t / 1_000), ...series.map((s) => [...s.values])];
}

function optionsOf(
  parent: HTMLElement,
  series: readonly Series[],
  format: (value: number) => string,
  height: number,
  syncKey: string | undefined,
  onCursor: (index: number | undefined) => void,
): uPlot.Options {
  const style = getComputedStyle(parent);
  const resolve = (color: string) => {
    const name = /^var\((--[^),]+)\)$/.exec(color)?.[1];
    return name === undefined ? color : style.getPropertyValue(name).trim();
  };
  const text = resolve("var(--mantine-color-text)");
  const line = { stroke: resolve("var(--mantine-color-default-border)"), width: 1 };
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  const axis = { stroke: text, grid: line, ticks: line, font: `12px ${style.fontFamily}` };
  return {
    width: Math.max(parent.clientWidth, 100),
    height,
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false },
      ...(syncKey === undefined ? {} : { sync: { key: syncKey } }),
    },
    scales: { y: { range: (_, __, most) => [0, most > 0 ? most * 1.15 : 1] } },
    axes: [
      {
        ...axis,
        values: (self, ticks) => {
          const { min = 0, max = 0 } = self.scales.x ?? {};
          const write = max - min > 86_400 ? day : shortClock;
          return ticks.map((t) => write.format(t * 1_000));
        },
        space: 96,
      },
      { ...axis, size: 72, values: (_, ticks) => ticks.map(format) },
    ],
    series: [
      {},
      ...series.map((s): uPlot.Series => {
        const stroke = resolve(s.color);
        return {
          label: s.label,
          stroke,
          width: 2,
          points: { show: false },
          ...(s.isFilled === true ? { fill: `color-mix(in srgb, ${stroke} 18%, transparent)` } : {}),
          ...(s.isStepped === true && stepped !== undefined ? { paths: stepped } : {}),
        };
      }),
    ],
    hooks: { setCursor: [(self) => onCursor(self.cursor.idx ?? undefined)] },
  };
}
