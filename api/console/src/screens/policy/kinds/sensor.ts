import type { Wire } from "../../../api.ts";
import { useDlpGroups, useDlpSensors, useWafGroups, useWafSensors } from "../../../hooks/policySensors.ts";
import { count } from "../../../ui/number.ts";
import type { PolicyKind } from "../kind.ts";
import { few } from "./lists.ts";

type Sensor = Wire["Sensor"];
type Binding = Wire["SensorGroup"];

const blankSensor: Sensor = {
  name: "",
  groups: [],
  rules: [],
  comment: "",
  predefine: false,
  cfg_type: "",
  targets: "",
};

function sensorKind(kind: "dlp" | "waf", useRows: PolicyKind<Sensor>["useRows"]): PolicyKind<Sensor> {
  return {
    kind,
    useRows,
    columns: [
      { key: "rules", title: "Rules", width: "80px", isNumber: true, text: (o) => count(o.rules.length) },
      {
        key: "names",
        title: "Looks for",
        width: "minmax(160px, 2fr)",
        text: (o) => few(o.rules.map((r) => r.name)),
      },
      { key: "groups", title: "Groups", width: "minmax(120px, 2fr)", text: (o) => few(o.groups) || "none" },
      { key: "comment", title: "Comment", width: "minmax(100px, 2fr)", text: (o) => o.comment },
    ],
    targets: (o) => o.targets,
    read: (was, config, name) => ({ ...blankSensor, ...was, ...config, name }),
    config: ({ name, comment, rules, targets }) => ({
      name,
      comment,
      rules: rules.map((r) => ({ name: r.name, patterns: r.patterns })),
      targets,
    }),
    isPredefined: (o) => o.predefine,
    copies: "name",
    usedBy: (o) => o.groups.map((name) => ({ kind: `${kind}-group`, name })),
  };
}

const blankBinding: Binding = { name: "", status: true, sensors: [], cfg_type: "", targets: "" };

function bindingKind(kind: "dlp" | "waf", useRows: PolicyKind<Binding>["useRows"]): PolicyKind<Binding> {
  return {
    kind: `${kind}-group`,
    useRows,
    columns: [
      { key: "count", title: "Sensors", width: "80px", isNumber: true, text: (o) => count(o.sensors.length) },
      {
        key: "sensors",
        title: "Which, and what they do",
        width: "minmax(200px, 3fr)",
        text: (o) => few(o.sensors.map((s) => `${s.name} (${s.action})`)),
      },
    ],
    targets: (o) => o.targets,
    read: (was, config, name) => {
      const made = { ...blankBinding, ...was, ...config, name };
      const { replace } = config;
      return Array.isArray(replace) ? { ...made, sensors: replace.filter(isUsed) } : made;
    },
    config: ({ name, status, sensors, targets }) => ({ name, status, replace: sensors, targets }),
    toggle: { isOff: (o) => !o.status, on: { status: true }, off: { status: false } },
    usedBy: (o) => [{ kind: "group", name: o.name }, ...o.sensors.map((s) => ({ kind, name: s.name }))],
  };
}

function isUsed(value: unknown): value is Wire["SensorUsed"] {
  return typeof value === "object" && value !== null && "name" in value && "action" in value;
}

export const dlpKind = sensorKind("dlp", useDlpSensors);
export const wafKind = sensorKind("waf", useWafSensors);
export const dlpGroupKind = bindingKind("dlp", useDlpGroups);
export const wafGroupKind = bindingKind("waf", useWafGroups);
