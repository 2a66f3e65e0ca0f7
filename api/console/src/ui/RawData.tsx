import classes from "./RawData.module.css";

/** Data as it is, for those who want to see it. */
export function RawData({ value, label }: { value: unknown; label: string }) {
  return (
    <pre className={classes.data} tabIndex={0} role="region" aria-label={label}>
      {JSON.stringify(value, null, 2)}
    </pre>
  );
}
