import { Switch } from "@mantine/core";
import { Choice } from "../fields/Choice.tsx";
import type { FieldsProps } from "../form.ts";
import type { AdmissionStateValues } from "./admissionState.ts";

export function AdmissionStateFields({ form: { values, set } }: FieldsProps<AdmissionStateValues>) {
  return (
    <>
      <Switch
        label="Admission rules act"
        description="While it is off, every workload is let in and nothing is reported."
        checked={values.isOn}
        onChange={(e) => set({ isOn: e.currentTarget.checked })}
      />
      <Choice
        label="Mode"
        description="Monitor only reports what would be kept out. A rule can have a mode of its own."
        value={values.mode}
        onChange={(mode) => set({ mode })}
        data={[
          { value: "monitor", label: "Monitor" },
          { value: "protect", label: "Protect" },
        ]}
      />
      <Choice
        label="Otherwise"
        description="What happens to a workload that no rule is about."
        value={values.defaultAction}
        onChange={(defaultAction) => set({ defaultAction })}
        data={[
          { value: "allow", label: "Allow" },
          { value: "deny", label: "Deny" },
        ]}
      />
      <Choice
        label="When the rules cannot be asked"
        description="Whether a workload gets in while the controller does not answer."
        value={values.failurePolicy}
        onChange={(failurePolicy) => set({ failurePolicy })}
        data={[
          { value: "ignore", label: "Let it in" },
          { value: "fail", label: "Keep it out" },
        ]}
      />
    </>
  );
}
