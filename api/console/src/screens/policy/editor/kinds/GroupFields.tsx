import { Autocomplete, Code, Fieldset, NumberInput, Select, Switch, Text, TextInput } from "@mantine/core";
import { CommentField } from "../fields/CommentField.tsx";
import { NameField } from "../fields/NameField.tsx";
import rowStyles from "../fields/Rows.module.css";
import { Rows } from "../fields/Rows.tsx";
import { newRow, withRow, type FieldsProps, type Form } from "../form.ts";
import { criterionKeys, criterionOperators, type CriterionRow, type GroupValues } from "./group.ts";

export function GroupFields({ form, scope, around }: FieldsProps<GroupValues>) {
  const { values, set, at } = form;
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
      {values.isReserved ? <Reserved criteria={values.criteria} /> : <Criteria form={form} />}
      <Metrics form={form} />
    </>
  );
}

function Reserved({ criteria }: { criteria: readonly CriterionRow[] }) {
  return (
    <Fieldset legend="Criteria">
      <Text size="sm">The criteria of a reserved group cannot be changed.</Text>
      {criteria.map((c) => (
        <Code key={c.row} block mt="xs">
          {`${c.key} ${c.op} ${c.value}`}
        </Code>
      ))}
    </Fieldset>
  );
}

function Criteria({ form: { values, set, at } }: { form: Form<GroupValues> }) {
  const change = (row: number, part: Partial<CriterionRow>) => set({ criteria: withRow(values.criteria, row, part) });
  return (
    <Rows
      legend="Criteria"
      about="A workload is in the group when it fits every key; of several lines with one key, one is enough. Criteria on addresses stand alone."
      one="criterion"
      rows={values.criteria}
      onChange={(criteria) => set({ criteria })}
      fresh={() => ({ row: newRow(), key: "", op: "=", value: "" })}
      {...at("criteria")}
    >
      {(c, i) => (
        <>
          <Autocomplete
            label="Key"
            data={criterionKeys}
            spellCheck={false}
            value={c.key}
            onChange={(key) => change(c.row, { key, ...(key === "address" ? { op: "=" } : {}) })}
            {...at(`criteria.${i}.key`)}
          />
          <Select
            label="Operator"
            allowDeselect={false}
            data={c.key === "address" ? ["="] : [...criterionOperators]}
            value={c.op}
            onChange={(op) => change(c.row, { op: op ?? "=" })}
            {...at(`criteria.${i}.op`)}
          />
          <TextInput
            label="Value"
            spellCheck={false}
            placeholder={placeholderOf(c)}
            value={c.value}
            onChange={(e) => change(c.row, { value: e.currentTarget.value })}
            {...at(`criteria.${i}.value`)}
          />
        </>
      )}
    </Rows>
  );
}

function placeholderOf({ key, op }: CriterionRow): string {
  if (key === "address") {
    return "10.0.0.0/8 or example.com";
  }
  return op === "regex" || op === "!regex" ? "^web-[0-9]+$" : "web or web*";
}

const metrics = [
  { field: "sessions", label: "Sessions", about: "Sessions at a time above which it is reported; 0 for none." },
  { field: "sessionRate", label: "Session rate", about: "New sessions per second above which it is reported." },
  { field: "bandwidth", label: "Bandwidth", about: "Megabits per second above which it is reported." },
] as const;

function Metrics({ form: { values, set, at } }: { form: Form<GroupValues> }) {
  return (
    <Fieldset legend="Measures" p="sm">
      <Switch
        label="Watch the traffic of the group"
        description="Reports when one of the limits below is passed."
        checked={values.isMeasured}
        onChange={(e) => set({ isMeasured: e.currentTarget.checked })}
      />
      {values.isMeasured && (
        <div className={rowStyles.fields}>
          {metrics.map(({ field, label, about }) => (
            <NumberInput
              key={field}
              mt="sm"
              label={label}
              description={about}
              min={0}
              allowDecimal={false}
              value={values[field]}
              onChange={(n) => set({ [field]: typeof n === "number" ? n : 0 })}
              {...at(field)}
            />
          ))}
        </div>
      )}
    </Fieldset>
  );
}
