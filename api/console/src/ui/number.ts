const counts = new Intl.NumberFormat();
const seconds = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1, minimumFractionDigits: 0 });

/** A count in the reader's language; a dash for what is not known, which is never 0. */
export function count(n: number | null | undefined): string {
  return n === null || n === undefined ? "–" : counts.format(n);
}

/** A length of time: "12 ms", "0.8 s", "3.5 min". */
export function duration(ms: number): string {
  const size = Math.abs(ms);
  if (size < 100) {
    return `${counts.format(Math.round(ms))} ms`;
  }
  return size < 60_000 ? `${seconds.format(ms / 1_000)} s` : `${seconds.format(ms / 60_000)} min`;
}
