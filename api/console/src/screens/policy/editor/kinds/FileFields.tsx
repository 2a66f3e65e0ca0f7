import { Checkbox, Select, TagsInput, TextInput } from "@mantine/core";
import { OwnerField } from "../fields/OwnerField.tsx";
import styles from "../fields/Rows.module.css";
import { Rows } from "../fields/Rows.tsx";
import { newRow, withRow, type FieldsProps } from "../form.ts";
import type { FileValues, FilterRow } from "./file.ts";

export function FileFields({ form: { values, set, at }, around }: FieldsProps<FileValues>) {
  const change = (row: number, part: Partial<FilterRow>) => set({ filters: withRow(values.filters, row, part) });
  return (
    <>
      <OwnerField value={values.group} onChange={(group) => set({ group })} around={around} {...at("group")} />
      <Rows
        legend="Filters"
        about="Which files are watched, or may be touched by the named applications only."
        one="filter"
        rows={values.filters}
        onChange={(filters) => set({ filters })}
        fresh={() => ({
          row: newRow(),
          filter: "",
          behavior: "monitor_change",
          isRecursive: false,
          applications: [],
        })}
        {...at("filters")}
      >
        {(row, i) => (
          <>
            <TextInput
              label="Path"
              placeholder="/etc/*.conf"
              spellCheck={false}
              value={row.filter}
              onChange={(e) => change(row.row, { filter: e.currentTarget.value })}
              {...at(`filters.${i}.filter`)}
            />
            <Select
              label="Behavior"
              allowDeselect={false}
              data={[
                { value: "monitor_change", label: "Report changes" },
                { value: "block_access", label: "Block access" },
              ]}
              value={row.behavior}
              onChange={(behavior) => change(row.row, { behavior: behavior ?? "monitor_change" })}
            />
            <TagsInput
              className={styles.wide ?? ""}
              label="Applications"
              description="Names or paths of processes that may touch the files."
              acceptValueOnBlur
              value={row.applications}
              onChange={(applications) => change(row.row, { applications })}
              {...at(`filters.${i}.applications`)}
            />
            <Checkbox
              className={styles.wide ?? ""}
              label="Also in the folders below"
              checked={row.isRecursive}
              onChange={(e) => change(row.row, { isRecursive: e.currentTarget.checked })}
            />
          </>
        )}
      </Rows>
    </>
  );
}
