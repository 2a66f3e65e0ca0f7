import { Button, Group, Select, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { operatorsOf, specOf, type Spec } from "../admission.ts";
import { AdmissionValue, OperatorSelect } from "../fields/AdmissionValue.tsx";
import styles from "../fields/Rows.module.css";
import { newRow, withRow, type Form } from "../form.ts";
import type { AdmissionValues, SubRow } from "./admission.ts";

interface Props {
  specs: readonly Spec[];
  subs: readonly SubRow[];
  isDeny: boolean;
  path: string;
  at: Form<AdmissionValues>["at"];
  onChange: (subs: SubRow[]) => void;
}

/** What narrows a criterion of an admission rule. */
export function AdmissionSubs({ specs, subs, isDeny, path, at, onChange }: Props) {
  const possible = specs.filter((s) => operatorsOf(s, isDeny).length > 0);
  const change = (row: number, part: Partial<SubRow>) => onChange(withRow(subs, row, part));
  const { error } = at(path);
  return (
    <>
      {subs.map((s, i) => {
        const spec = specOf(s.name, "", specs);
        return (
          <div key={s.row} className={styles.fields}>
            <Select
              label="And"
              allowDeselect={false}
              data={possible.map((p) => ({ value: p.name, label: p.label }))}
              value={s.name}
              onChange={(name) => change(s.row, { name: name ?? "", value: "" })}
              {...at(`${path}.${i}.name`)}
            />
            {spec !== undefined && (
              <>
                <OperatorSelect
                  operators={operatorsOf(spec, isDeny)}
                  value={s.op}
                  onChange={(op) => change(s.row, { op })}
                  {...at(`${path}.${i}.op`)}
                />
                <AdmissionValue
                  spec={spec}
                  op={s.op}
                  value={s.value}
                  onChange={(value) => change(s.row, { value })}
                  {...at(`${path}.${i}.value`)}
                />
              </>
            )}
            <Group className={styles.wide ?? ""}>
              <Button
                variant="subtle"
                color="gray"
                size="compact-sm"
                onClick={() => onChange(subs.filter((o) => o !== s))}
              >
                Remove this line
              </Button>
            </Group>
          </div>
        );
      })}
      {error !== undefined && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {error}
        </Text>
      )}
      {possible.length > 0 && (possible.length > 1 || subs.length === 0) && (
        <Group>
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconPlus size={16} aria-hidden />}
            data-path={path}
            aria-invalid={error !== undefined}
            onClick={() => onChange([...subs, fresh(possible, isDeny)])}
          >
            {possible.length === 1 ? `Also say: ${possible[0]?.label ?? ""}` : "Add a line"}
          </Button>
        </Group>
      )}
    </>
  );
}

function fresh(possible: readonly Spec[], isDeny: boolean): SubRow {
  const spec = possible[0];
  const op = spec === undefined ? "" : (operatorsOf(spec, isDeny)[0] ?? "");
  return { row: newRow(), name: spec?.name ?? "", op, value: "" };
}
