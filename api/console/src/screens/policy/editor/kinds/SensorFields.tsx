import { Button, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { CommentField } from "../fields/CommentField.tsx";
import { NameField } from "../fields/NameField.tsx";
import { Rows } from "../fields/Rows.tsx";
import styles from "../fields/Rows.module.css";
import { newRow, withRow, type FieldsProps, type Form } from "../form.ts";
import { patternContexts, type PatternRow, type SensorRuleRow, type SensorValues } from "./sensor.ts";

export function SensorFields({ form, scope, around }: FieldsProps<SensorValues>) {
  const { values, set, at } = form;
  const change = (row: number, part: Partial<SensorRuleRow>) => set({ rules: withRow(values.rules, row, part) });
  return (
    <>
      <NameField
        value={values.name}
        onChange={(name) => set({ name })}
        scope={scope}
        isNew={around.isNew}
        {...at("name")}
      />
      <CommentField value={values.comment} onChange={(comment) => set({ comment })} {...at("comment")} />
      <Rows
        legend="Rules"
        about="A rule fits when all of its patterns do. Patterns are regular expressions as PCRE reads them; they are checked when the change set is tried."
        one="rule"
        rows={values.rules}
        onChange={(rules) => set({ rules })}
        fresh={() => ({ row: newRow(), name: "", patterns: [freshPattern()] })}
        {...at("rules")}
      >
        {(rule, i) => (
          <Stack gap="xs" className={styles.wide ?? ""}>
            <TextInput
              label="Name of the rule"
              spellCheck={false}
              value={rule.name}
              onChange={(e) => change(rule.row, { name: e.currentTarget.value })}
              {...at(`rules.${i}.name`)}
            />
            <Patterns
              path={`rules.${i}.patterns`}
              at={at}
              patterns={rule.patterns}
              onChange={(patterns) => change(rule.row, { patterns })}
            />
          </Stack>
        )}
      </Rows>
    </>
  );
}

function freshPattern(): PatternRow {
  return { row: newRow(), op: "regex", value: "", context: "packet" };
}

interface PatternsProps {
  path: string;
  at: Form<SensorValues>["at"];
  patterns: readonly PatternRow[];
  onChange: (patterns: PatternRow[]) => void;
}

function Patterns({ path, at, patterns, onChange }: PatternsProps) {
  const change = (row: number, part: Partial<PatternRow>) => onChange(withRow(patterns, row, part));
  const { error } = at(path);
  return (
    <>
      {patterns.map((p, j) => (
        <div key={p.row} className={styles.fields}>
          <Select
            label="Where"
            allowDeselect={false}
            data={[...patternContexts]}
            value={p.context}
            onChange={(context) => change(p.row, { context: context ?? "packet" })}
          />
          <Select
            label="Operator"
            allowDeselect={false}
            data={[
              { value: "regex", label: "fits" },
              { value: "!regex", label: "does not fit" },
            ]}
            value={p.op}
            onChange={(op) => change(p.row, { op: op ?? "regex" })}
          />
          <TextInput
            className={styles.wide ?? ""}
            label="Pattern"
            spellCheck={false}
            value={p.value}
            onChange={(e) => change(p.row, { value: e.currentTarget.value })}
            {...at(`${path}.${j}.value`)}
          />
          {patterns.length > 1 && (
            <Group>
              <Button
                variant="subtle"
                color="gray"
                size="compact-sm"
                onClick={() => onChange(patterns.filter((o) => o !== p))}
              >
                Remove pattern {j + 1}
              </Button>
            </Group>
          )}
        </div>
      ))}
      {error !== undefined && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {error}
        </Text>
      )}
      <Group>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={16} aria-hidden />}
          data-path={path}
          aria-invalid={error !== undefined}
          onClick={() => onChange([...patterns, freshPattern()])}
        >
          Add a pattern
        </Button>
      </Group>
    </>
  );
}
