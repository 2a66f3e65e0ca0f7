import { Checkbox, Group, Switch } from "@mantine/core";
import { operatorsOf, specOf } from "../admission.ts";
import { Choice } from "../fields/Choice.tsx";
import { CommentField } from "../fields/CommentField.tsx";
import { Rows } from "../fields/Rows.tsx";
import { newRow, withRow, type FieldsProps } from "../form.ts";
import { containerKinds, type AdmissionRow, type AdmissionValues } from "./admission.ts";
import { AdmissionCriterion } from "./AdmissionCriterion.tsx";

const containerTexts: Record<(typeof containerKinds)[number], string> = {
  containers: "Containers",
  init_containers: "Init containers",
  ephemeral_containers: "Ephemeral containers",
};

export function AdmissionFields({ form: { values, set, at } }: FieldsProps<AdmissionValues>) {
  const isDeny = values.type === "deny";
  return (
    <>
      <Choice
        label="Type"
        description="A deny rule keeps workloads out, an exception lets them in. An exception beats a deny rule of its scope."
        value={values.type}
        onChange={(type) => set({ type, criteria: values.criteria.map((c) => fitting(c, type === "deny")) })}
        data={[
          { value: "deny", label: "Deny" },
          { value: "exception", label: "Exception" },
        ]}
      />
      {isDeny && (
        <Choice
          label="Mode"
          description="Monitor only reports what would be kept out."
          value={values.mode}
          onChange={(mode) => set({ mode })}
          data={[
            { value: "", label: "The cluster's" },
            { value: "monitor", label: "Monitor" },
            { value: "protect", label: "Protect" },
          ]}
        />
      )}
      <Rows
        legend="Criteria"
        about="A workload fits when it fits all of them."
        one="criterion"
        rows={values.criteria}
        onChange={(criteria) => set({ criteria })}
        fresh={() => ({ row: newRow(), name: "", op: "", value: "", path: "", valueType: "", subs: [] })}
        {...at("criteria")}
      >
        {(c, i) => (
          <AdmissionCriterion
            criterion={c}
            isDeny={isDeny}
            path={`criteria.${i}`}
            at={at}
            onChange={(part) => set({ criteria: withRow(values.criteria, c.row, part) })}
          />
        )}
      </Rows>
      <Checkbox.Group
        label="Containers"
        description="Which containers of a workload are looked at; none chosen stands for all."
        value={values.containers}
        onChange={(containers) => set({ containers: containerKinds.filter((k) => containers.includes(k)) })}
      >
        <Group mt="xs" gap="md">
          {containerKinds.map((k) => (
            <Checkbox key={k} value={k} label={containerTexts[k]} />
          ))}
        </Group>
      </Checkbox.Group>
      <CommentField value={values.comment} onChange={(comment) => set({ comment })} {...at("comment")} />
      <Switch
        label="Disabled"
        description="The rule stays in the list and does nothing."
        checked={values.isDisabled}
        onChange={(e) => set({ isDisabled: e.currentTarget.checked })}
      />
    </>
  );
}

/** A criterion as a rule of the other type can say it: where its operator is not known, another. */
function fitting(c: AdmissionRow, isDeny: boolean): AdmissionRow {
  const spec = specOf(c.name, c.valueType);
  const operators = spec === undefined ? [] : operatorsOf(spec, isDeny);
  return operators.length === 0 || operators.includes(c.op) ? c : { ...c, op: operators[0] ?? "" };
}
