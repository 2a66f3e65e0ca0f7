import { ActionIcon, Button, Fieldset, Group, Stack, Text } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import type { ReactNode } from "react";
import styles from "./Rows.module.css";

interface Props<R extends { row: number }> {
  legend: string;
  about: ReactNode;
  rows: readonly R[];
  /** What one line is called, such as "criterion". */
  one: string;
  onChange: (rows: R[]) => void;
  /** A new line; undefined when none can be added. */
  fresh?: (() => R) | undefined;
  /** What is wrong with the list as a whole. */
  error: string | undefined;
  "data-path": string;
  children: (row: R, index: number) => ReactNode;
}

/** A list of lines that come and go. */
export function Rows<R extends { row: number }>({ legend, about, rows, one, onChange, fresh, ...rest }: Props<R>) {
  const { error, children } = rest;
  return (
    <Fieldset legend={legend} p="sm">
      <Stack gap="sm">
        <Text size="sm" component="div">
          {about}
        </Text>
        {rows.length > 0 && (
          <ul className={styles.rows}>
            {rows.map((row, i) => (
              <li key={row.row} className={styles.row}>
                <div className={styles.fields}>{children(row, i)}</div>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="lg"
                  aria-label={`Remove ${one} ${i + 1}`}
                  onClick={() => onChange(rows.filter((r) => r !== row))}
                >
                  <IconTrash size={18} aria-hidden />
                </ActionIcon>
              </li>
            ))}
          </ul>
        )}
        {error !== undefined && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {error}
          </Text>
        )}
        {fresh !== undefined && (
          <Group>
            <Button
              variant="default"
              size="xs"
              leftSection={<IconPlus size={16} aria-hidden />}
              data-path={rest["data-path"]}
              aria-invalid={error !== undefined}
              onClick={() => onChange([...rows, fresh()])}
            >
              Add a {one}
            </Button>
          </Group>
        )}
      </Stack>
    </Fieldset>
  );
}
