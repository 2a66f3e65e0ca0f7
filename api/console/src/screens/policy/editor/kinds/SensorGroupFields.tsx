import { Select, Switch, TextInput } from "@mantine/core";
import { OwnerField } from "../fields/OwnerField.tsx";
import styles from "../fields/Rows.module.css";
import { Rows } from "../fields/Rows.tsx";
import { newRow, withRow, type FieldsProps } from "../form.ts";
import type { SensorGroupValues, SensorUseRow } from "./sensorGroup.ts";

export function SensorGroupFields({ form: { values, set, at }, around }: FieldsProps<SensorGroupValues>) {
  const change = (row: number, part: Partial<SensorUseRow>) => set({ sensors: withRow(values.sensors, row, part) });
  const known = (around.parts ?? []).map((p) => p.name);
  return (
    <>
      <OwnerField value={values.group} onChange={(group) => set({ group })} around={around} {...at("group")} />
      <Switch
        label="On"
        description="While it is off, the sensors do not look at the traffic of the group."
        checked={values.isOn}
        onChange={(e) => set({ isOn: e.currentTarget.checked })}
      />
      <Rows
        legend="Sensors"
        about="What the traffic of the group is looked at for."
        one="sensor"
        rows={values.sensors}
        onChange={(sensors) => set({ sensors })}
        fresh={() => ({ row: newRow(), name: "", action: "deny", comment: "" })}
        {...at("sensors")}
      >
        {(s, i) => (
          <>
            <Select
              label="Sensor"
              searchable
              allowDeselect={false}
              data={[...new Set([...known, ...(s.name === "" ? [] : [s.name])])]}
              nothingFoundMessage="No such sensor; stage it first"
              value={s.name === "" ? null : s.name}
              onChange={(name) => change(s.row, { name: name ?? "" })}
              {...at(`sensors.${i}.name`)}
            />
            <Select
              label="Action"
              allowDeselect={false}
              data={[
                { value: "allow", label: "Allow and report" },
                { value: "deny", label: "Deny" },
              ]}
              value={s.action}
              onChange={(action) => change(s.row, { action: action ?? "deny" })}
            />
            <TextInput
              className={styles.wide ?? ""}
              label="Comment"
              value={s.comment}
              onChange={(e) => change(s.row, { comment: e.currentTarget.value })}
              {...at(`sensors.${i}.comment`)}
            />
          </>
        )}
      </Rows>
    </>
  );
}
