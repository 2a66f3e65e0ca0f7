import { Progress, Text } from "@mantine/core";
import type { Wire } from "../api.ts";
import { count, duration } from "../ui/number.ts";
import { kindName } from "./kinds.ts";
import classes from "./Spread.module.css";

type Spread = Wire["LiveSpread"];

/** How far one change set has come, on one line: "network rule 1042: 9,998 of 10,000 in 0.8 s", and a bar. */
export function SpreadLine({ spread }: { spread: Spread }) {
  const subject = spreadSubject(spread);
  return (
    <div className={classes.line}>
      <Text size="sm" className={classes.text ?? ""} component="span">
        <Text span inherit fw={600}>
          {subject}
        </Text>
        : {spreadWords(spread)}
      </Text>
      <SpreadBar spread={spread} label={subject} />
    </div>
  );
}

/** The bar alone. */
export function SpreadBar({ spread, label, size = "sm" }: { spread: Spread; label: string; size?: string }) {
  const { reached, of } = spread;
  return (
    <Progress.Root size={size}>
      <Progress.Section
        value={of === 0 ? 100 : (reached / of) * 100}
        color={reached >= of ? "teal" : "violet"}
        aria-label={`How far ${label} has come`}
        aria-valuetext={spreadWords(spread)}
      />
    </Progress.Root>
  );
}

/** What a change set is about: its first objects, and how many more. */
export function spreadSubject({ objects, events, revision }: Spread): string {
  const [first, second] = objects;
  if (first === undefined) {
    return `revision ${count(revision)}`;
  }
  const name = `${kindName(first.kind)} ${first.name}`;
  return second === undefined || events < 2 ? name : `${name} and ${count(events - 1)} more`;
}

/** How many clusters have it, and how long that took. */
export function spreadWords({ reached, of, took_ms, done }: Spread): string {
  if (of === 0) {
    return "for no cluster";
  }
  const words = `${count(reached)} of ${count(of)}`;
  const time = reached > 0 ? ` in ${duration(took_ms)}` : "";
  return done && reached < of ? `${words}${time}, the others later` : words + time;
}
