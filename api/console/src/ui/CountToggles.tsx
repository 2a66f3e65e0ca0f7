import { Text, UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./CountToggles.module.css";
import { count } from "./number.ts";

/** One switch: how often something is there. */
export interface CountToggle<K extends string> {
  key: K;
  label: string;
  /** What the label means. */
  means: string;
  count: number;
  /** Shows the color, and a form beside it. */
  sample: ReactNode;
}

interface Props<K extends string> {
  /** Says what they filter by: "Filter by status". */
  label: string;
  toggles: readonly CountToggle<K>[];
  on: ReadonlySet<K>;
  onChange: (on: ReadonlySet<K>) => void;
  /** How much is shown of how much. */
  summary: string;
}

/** Numbers that are switches: each shows only what it counts. None pressed shows all. */
export function CountToggles<K extends string>({ label, toggles, on, onChange, summary }: Props<K>) {
  const toggle = (key: K) => {
    const next = new Set(on);
    if (!next.delete(key)) {
      next.add(key);
    }
    onChange(next);
  };
  return (
    <div className={classes.toggles} role="group" aria-label={label}>
      {toggles.map((t) => (
        <UnstyledButton
          key={t.key}
          className={classes.toggle ?? ""}
          aria-pressed={on.has(t.key)}
          title={t.means}
          onClick={() => toggle(t.key)}
        >
          {t.sample}
          <b>{count(t.count)}</b> {t.label}
        </UnstyledButton>
      ))}
      <Text size="sm" role="status" ml="auto">
        {summary}
      </Text>
    </div>
  );
}
