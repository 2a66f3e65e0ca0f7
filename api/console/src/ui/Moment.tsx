import { Text, Tooltip, type TextProps } from "@mantine/core";
import { useNow } from "../hooks/now.ts";

const local = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto", style: "short" });

interface Props extends TextProps {
  /** Nothing is known of the time when it is null. */
  at: string | number | Date | null | undefined;
  /** Shows how long ago it was, or how far ahead it is, instead of the time. */
  ago?: boolean;
  /** What stands there for an unknown time. */
  unknown?: string;
}

/** A time in the reader's language and zone; UTC on hover and focus. */
export function Moment({ at, ago = false, unknown = "never", ...rest }: Props) {
  const now = useNow(ago);
  if (at === null || at === undefined) {
    return <Text span inherit c="dimmed" {...rest} children={unknown} />;
  }
  const date = new Date(at);
  return (
    <Tooltip label={utc(date)} events={{ hover: true, focus: true, touch: true }}>
      <Text span inherit {...rest}>
        <time dateTime={date.toISOString()}>{ago ? distance(date.getTime() - now) : local.format(date)}</time>
      </Text>
    </Tooltip>
  );
}

/** A time in UTC to the second, as in logs: 2026-11-22 16:35:56 UTC. */
export function utc(date: Date): string {
  return `${date.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** A distance in time in the reader's language: "3 min. ago", "in 2 hr.". */
export function distance(ms: number): string {
  for (const [unit, size] of steps) {
    if (Math.abs(ms) >= size) {
      return relative.format(Math.trunc(ms / size), unit);
    }
  }
  return relative.format(Math.trunc(ms / 1_000), "second");
}
