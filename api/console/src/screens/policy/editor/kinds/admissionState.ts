import { checkCommon, readCommon, writeCommon } from "../common.ts";
import { findings, type Common, type Errors, type KindForm } from "../form.ts";
import { flagOf, textOf } from "../reading.ts";

export interface AdmissionStateValues extends Common {
  isOn: boolean;
  mode: string;
  defaultAction: string;
  failurePolicy: string;
}

export const admissionStateForm: KindForm<AdmissionStateValues> = {
  kind: "admission-state",
  read: (o) => ({
    ...readCommon(o),
    isOn: flagOf(o, "enable"),
    mode: textOf(o, "mode", "monitor"),
    defaultAction: textOf(o, "default_action", "allow"),
    failurePolicy: textOf(o, "failure_policy", "ignore"),
  }),
  write: (v, scope) => ({
    enable: v.isOn,
    mode: v.mode,
    default_action: v.defaultAction,
    failure_policy: v.failurePolicy,
    ...writeCommon(v, scope),
  }),
  check: (v, scope): Errors => {
    const f = findings();
    checkCommon(f, v, scope);
    return f.errors;
  },
};
