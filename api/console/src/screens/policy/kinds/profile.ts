import type { Wire } from "../../../api.ts";
import { useFileProfiles, useProcessProfiles } from "../../../hooks/policyProfiles.ts";
import { count } from "../../../ui/number.ts";
import type { PolicyKind } from "../kind.ts";
import { few, without } from "./lists.ts";

type ProcessProfile = Wire["ProcessProfile"];
type FileProfile = Wire["FileProfile"];

const blankProcess: ProcessProfile = {
  group: "",
  alert_disabled: false,
  hash_enabled: false,
  baseline: "",
  mode: "",
  process_list: [],
  cfg_type: "",
  targets: "",
};

const entryFields = ["cfg_type", "uuid", "user", "uid", "group", "created_timestamp", "last_modified_timestamp"];

export const processKind: PolicyKind<ProcessProfile> = {
  kind: "process",
  useRows: useProcessProfiles,
  columns: [
    { key: "baseline", title: "Baseline", width: "120px", text: (o) => o.baseline || "zero-drift" },
    { key: "mode", title: "Mode", width: "100px", text: (o) => o.mode || "–" },
    {
      key: "count",
      title: "Entries",
      width: "80px",
      isNumber: true,
      text: (o) => count(o.process_list.length),
    },
    {
      key: "processes",
      title: "Processes",
      width: "minmax(200px, 3fr)",
      text: (o) => few(o.process_list.map((p) => `${p.action} ${p.name}`)),
    },
    { key: "alerts", title: "Alerts", width: "80px", text: (o) => (o.alert_disabled ? "off" : "on") },
  ],
  targets: (o) => o.targets,
  read: (was, config, name) => ({ ...blankProcess, ...was, ...config, group: name }),
  config: ({ group, alert_disabled, hash_enabled, baseline, mode, process_list, targets }) => ({
    group,
    alert_disabled,
    hash_enabled,
    baseline,
    mode,
    process_list: process_list.map((entry) => without(entry, ...entryFields)),
    targets,
  }),
  usedBy: (o) => [{ kind: "group", name: o.group }],
};

const blankFile: FileProfile = { group: "", filters: [], cfg_type: "", targets: "" };

export const fileKind: PolicyKind<FileProfile> = {
  kind: "file",
  useRows: useFileProfiles,
  columns: [
    { key: "count", title: "Filters", width: "80px", isNumber: true, text: (o) => count(o.filters.length) },
    {
      key: "blocked",
      title: "Blocked",
      width: "80px",
      isNumber: true,
      text: (o) => count(o.filters.filter((f) => f.behavior === "block_access").length),
    },
    {
      key: "filters",
      title: "Paths",
      width: "minmax(200px, 3fr)",
      text: (o) => few(o.filters.map((f) => f.filter + (f.recursive ? " (and below)" : ""))),
    },
  ],
  targets: (o) => o.targets,
  read: (was, config, name) => ({ ...blankFile, ...was, ...config, group: name }),
  config: ({ group, filters, targets }) => ({
    group,
    filters: filters.map((filter) => without(filter, ...entryFields)),
    targets,
  }),
  usedBy: (o) => [{ kind: "group", name: o.group }],
};
