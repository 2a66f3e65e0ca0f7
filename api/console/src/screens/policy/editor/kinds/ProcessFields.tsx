import { Checkbox, Select, Switch, TextInput } from "@mantine/core";
import { Choice } from "../fields/Choice.tsx";
import { OwnerField } from "../fields/OwnerField.tsx";
import styles from "../fields/Rows.module.css";
import { Rows } from "../fields/Rows.tsx";
import { newRow, withRow, type FieldsProps, type Form } from "../form.ts";
import { processModes, type ProcessRow, type ProcessValues } from "./process.ts";

export function ProcessFields({ form, scope, around }: FieldsProps<ProcessValues>) {
  const { values, set, at } = form;
  return (
    <>
      <OwnerField value={values.group} onChange={(group) => set({ group })} around={around} {...at("group")} />
      <Choice
        label="Baseline"
        description="Zero-drift also refuses what was not in the image."
        value={values.baseline}
        onChange={(baseline) => set({ baseline })}
        data={[
          { value: "zero-drift", label: "Zero-drift" },
          { value: "basic", label: "Basic" },
        ]}
      />
      {scope === "local" && (
        <Choice
          label="Mode"
          description="What happens to a process that is not in the profile."
          value={values.mode}
          onChange={(mode) => set({ mode })}
          data={processModes.map((mode) => ({ value: mode, label: mode === "" ? "Not set" : mode }))}
        />
      )}
      <Processes form={form} />
      <Switch
        label="No alerts"
        description="Violations of the profile are not reported."
        checked={values.isSilent}
        onChange={(e) => set({ isSilent: e.currentTarget.checked })}
      />
      <Switch
        label="Compare hashes"
        description="A program is known by its hash, not only by its name and path."
        checked={values.isHashed}
        onChange={(e) => set({ isHashed: e.currentTarget.checked })}
      />
    </>
  );
}

function Processes({ form: { values, set, at } }: { form: Form<ProcessValues> }) {
  const change = (row: number, part: Partial<ProcessRow>) => set({ processes: withRow(values.processes, row, part) });
  return (
    <Rows
      legend="Processes"
      about="Which programs may run, and which not. An empty path, or *, stands for any."
      one="process"
      rows={values.processes}
      onChange={(processes) => set({ processes })}
      fresh={() => ({ row: newRow(), name: "", path: "", action: "allow", mayUpdate: false })}
      {...at("processes")}
    >
      {(p, i) => (
        <>
          <TextInput
            label="Name"
            placeholder="nginx"
            spellCheck={false}
            value={p.name}
            onChange={(e) => change(p.row, { name: e.currentTarget.value })}
            {...at(`processes.${i}.name`)}
          />
          <TextInput
            label="Path"
            placeholder="/usr/sbin/nginx"
            spellCheck={false}
            value={p.path}
            onChange={(e) => change(p.row, { path: e.currentTarget.value })}
            {...at(`processes.${i}.path`)}
          />
          <Select
            label="Action"
            allowDeselect={false}
            data={["allow", "deny"]}
            value={p.action}
            onChange={(action) => change(p.row, { action: action ?? "allow" })}
          />
          <Checkbox
            className={styles.wide ?? ""}
            label="May be updated"
            description="Also after its file was changed."
            checked={p.mayUpdate}
            onChange={(e) => change(p.row, { mayUpdate: e.currentTarget.checked })}
          />
        </>
      )}
    </Rows>
  );
}
