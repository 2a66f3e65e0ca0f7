/** A time as a field for local dates and times has it: 2026-11-22T17:05:09; "" for none. */
export function toField(at: string | number | undefined): string {
  const date = new Date(at ?? NaN);
  if (Number.isNaN(date.getTime())) {
    return "";
  }
  const two = (n: number) => String(n).padStart(2, "0");
  const day = [String(date.getFullYear()).padStart(4, "0"), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** The time of such a field in UTC; undefined while it is none. */
export function fromField(text: string): string | undefined {
  const date = new Date(text);
  return text === "" || Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
