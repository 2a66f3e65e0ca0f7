import { Select, Stack, TextInput } from "@mantine/core";
import { customPath, operatorsOf, specOf, specs, valueTypes } from "../admission.ts";
import { AdmissionValue, OperatorSelect } from "../fields/AdmissionValue.tsx";
import styles from "../fields/Rows.module.css";
import type { Form } from "../form.ts";
import type { AdmissionRow, AdmissionValues } from "./admission.ts";
import { AdmissionSubs } from "./AdmissionSubs.tsx";

interface Props {
  criterion: AdmissionRow;
  isDeny: boolean;
  path: string;
  at: Form<AdmissionValues>["at"];
  onChange: (part: Partial<AdmissionRow>) => void;
}

/** One criterion of an admission rule: what it looks at, and what it must be. */
export function AdmissionCriterion({ criterion: c, isDeny, path, at, onChange }: Props) {
  const spec = specOf(c.name, c.valueType);
  return (
    <Stack gap="xs" className={styles.wide ?? ""}>
      <div className={styles.fields}>
        <Select
          label="Criterion"
          searchable
          allowDeselect={false}
          data={names(isDeny, c.name)}
          value={c.name === "" ? null : c.name}
          onChange={(name) => onChange(fresh(name ?? "", name === customPath ? "key" : "", isDeny))}
          {...at(`${path}.name`)}
        />
        {c.name === customPath && (
          <Select
            label="Value type"
            allowDeselect={false}
            data={[...valueTypes]}
            value={c.valueType}
            onChange={(type) => onChange({ ...fresh(customPath, type ?? "key", isDeny), path: c.path })}
          />
        )}
        {spec !== undefined && (
          <OperatorSelect
            operators={operatorsOf(spec, isDeny)}
            value={c.op}
            onChange={(op) => onChange({ op })}
            {...at(`${path}.op`)}
          />
        )}
      </div>
      {c.name === customPath && (
        <TextInput
          label="Path"
          description="Of a field of the workload; [_] stands for every element of a list."
          placeholder="item.spec.containers[_].image"
          spellCheck={false}
          value={c.path}
          onChange={(e) => onChange({ path: e.currentTarget.value })}
          {...at(`${path}.path`)}
        />
      )}
      {spec !== undefined && (
        <AdmissionValue
          spec={spec}
          op={c.op}
          value={c.value}
          onChange={(value) => onChange({ value })}
          {...at(`${path}.value`)}
        />
      )}
      {spec?.sub !== undefined && (isDeny || c.subs.length > 0) && (
        <AdmissionSubs
          specs={spec.sub}
          subs={c.subs}
          isDeny={isDeny}
          path={`${path}.subs`}
          at={at}
          onChange={(subs) => onChange({ subs })}
        />
      )}
    </Stack>
  );
}

function fresh(name: string, valueType: string, isDeny: boolean): Partial<AdmissionRow> {
  const spec = specOf(name, valueType);
  const op = spec === undefined ? "" : (operatorsOf(spec, isDeny)[0] ?? "");
  const value = spec?.value === "word" ? (spec.words?.[0] ?? "") : "";
  return { name, valueType, op, value, path: "", subs: [] };
}

/** The criteria that a rule of the type can have; a custom path counts once. */
function names(isDeny: boolean, now: string) {
  const known = new Map(
    specs
      .filter((s) => operatorsOf(s, isDeny).length > 0 || s.name === now)
      .map((s) => [s.name, { value: s.name, label: s.label }]),
  );
  return [...known.values()];
}
