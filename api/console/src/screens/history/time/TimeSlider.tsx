import { useElementSize, useMergedRef } from "@mantine/hooks";
import { useRef, type KeyboardEvent, type PointerEvent } from "react";
import { Moment as Time } from "../../../ui/Moment.tsx";
import { marks, momentAt, stepped, timeAt, type Moment, type Tick } from "./moments.ts";
import classes from "./time.module.css";

interface Props {
  ticks: readonly Tick[];
  /** The end of the line, which stands for now: the time of the newest change set in milliseconds since 1970. */
  end: number;
  moment: Moment;
  onMoment: (moment: Moment) => void;
  /** The moment that it is compared with. */
  other: Moment | undefined;
  /** The moment in words. */
  text: string;
}

/** So near to a change set, in pixels, the pointer means it. */
const near = 6;
const far = 10;

/** A line of time with a tick for each change set. Arrows step from one to the next, Page Up and Down ten at a time. */
export function TimeSlider({ ticks, end, moment, onMoment, other, text }: Props) {
  const size = useElementSize();
  const box = useRef<HTMLDivElement>(null);
  const ref = useMergedRef(box, size.ref);
  const isDragging = useRef(false);
  const start = ticks[0]?.time ?? end;
  const share = (m: Moment) => Math.max(0, Math.min(1, (timeAt(ticks, m, end) - start) / Math.max(1, end - start)));
  const percent = (part: number) => `${part * 100}%`;

  const follow = (e: PointerEvent) => {
    const { left, width } = e.currentTarget.getBoundingClientRect();
    if (width > 0) {
      onMoment(momentAt(ticks, (e.clientX - left) / width, end, near / width));
    }
  };
  const onKeyDown = (e: KeyboardEvent) => {
    const first = ticks[0];
    const to: Record<string, () => Moment> = {
      ArrowLeft: () => stepped(ticks, moment, -1),
      ArrowDown: () => stepped(ticks, moment, -1),
      ArrowRight: () => stepped(ticks, moment, 1),
      ArrowUp: () => stepped(ticks, moment, 1),
      PageDown: () => stepped(ticks, moment, -far),
      PageUp: () => stepped(ticks, moment, far),
      Home: () => (first === undefined ? moment : { is: "revision", revision: first.revision }),
      End: () => ({ is: "now" }),
    };
    const step = to[e.key];
    if (step !== undefined && !e.altKey && !e.ctrlKey && !e.metaKey) {
      e.preventDefault();
      onMoment(step());
    }
  };
  const now = timeAt(ticks, moment, end);
  return (
    <div>
      <div
        ref={ref}
        className={classes.slider}
        role="slider"
        tabIndex={0}
        aria-label="The moment that is looked at"
        aria-valuemin={start}
        aria-valuemax={end}
        aria-valuenow={Math.min(end, Math.max(start, now))}
        aria-valuetext={text}
        onKeyDown={onKeyDown}
        onPointerDown={(e) => {
          isDragging.current = true;
          e.currentTarget.setPointerCapture(e.pointerId);
          follow(e);
        }}
        onPointerMove={(e) => {
          if (isDragging.current) {
            follow(e);
          }
        }}
        onPointerUp={() => (isDragging.current = false)}
        onPointerCancel={() => (isDragging.current = false)}
      >
        <div className={classes.rail} />
        <div className={classes.past} style={{ width: percent(share(moment)) }} />
        {marks(ticks, end, Math.max(100, Math.round(size.width))).map((place) => (
          <div key={place} className={classes.tick} style={{ left: percent(place) }} />
        ))}
        {other !== undefined && <div className={classes.other} style={{ left: percent(share(other)) }} />}
        <div className={classes.thumb} style={{ left: percent(share(moment)) }} />
      </div>
      <div className={classes.ends}>
        <Time at={start} />
        <span>
          <Time at={end} />, now
        </span>
      </div>
    </div>
  );
}

const local = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

/** A moment in words for those who do not see the line. */
export function momentText(ticks: readonly Tick[], moment: Moment): string {
  switch (moment.is) {
    case "now":
      return "now";
    case "time":
      return local.format(new Date(moment.at));
    case "revision": {
      const tick = ticks.find((t) => t.first <= moment.revision && moment.revision <= t.revision);
      const made = tick === undefined ? "" : `, made ${local.format(new Date(tick.time))} by ${tick.actor}`;
      return `revision ${moment.revision}${made}`;
    }
  }
}
