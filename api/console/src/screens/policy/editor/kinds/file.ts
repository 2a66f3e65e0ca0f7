import { hasControl, tooLong } from "../checks.ts";
import { checkCommon, checkGroup, readCommon, writeCommon } from "../common.ts";
import { findings, newRow, type Common, type Errors, type KindForm } from "../form.ts";
import { flagOf, shapesOf, textOf, textsOf } from "../reading.ts";

export interface FilterRow {
  row: number;
  filter: string;
  behavior: string;
  isRecursive: boolean;
  applications: string[];
}

export interface FileValues extends Common {
  group: string;
  filters: FilterRow[];
}

const maxFilters = 500;
const maxApplications = 64;
const maxText = 1024;

export const fileForm: KindForm<FileValues> = {
  kind: "file",
  read: (o) => ({
    ...readCommon(o),
    group: textOf(o, "group"),
    filters: shapesOf(o, "filters").map((f) => ({
      row: newRow(),
      filter: textOf(f, "filter"),
      behavior: textOf(f, "behavior", "monitor_change"),
      isRecursive: flagOf(f, "recursive"),
      applications: textsOf(f, "applications"),
    })),
  }),
  write: (v, scope) => ({
    group: v.group,
    filters: v.filters.map(({ filter, behavior, isRecursive, applications }) => ({
      filter: filter.trim(),
      recursive: isRecursive,
      behavior,
      applications,
    })),
    ...writeCommon(v, scope),
  }),
  nameOf: (v) => v.group,
  check: (v, scope, around): Errors => {
    const f = findings();
    checkGroup(f, v.group, around);
    f.note("group", v.group === "fed.nodes" ? "This group is one of nodes; choose one of containers." : undefined);
    f.note("filters", v.filters.length > maxFilters ? `A profile has at most ${maxFilters}.` : undefined);
    const seen = new Set<string>();
    v.filters.forEach((row, i) => {
      f.note(`filters.${i}.filter`, checkFilter(row.filter.trim()));
      f.note(`filters.${i}.filter`, seen.has(row.filter.trim()) ? "This filter is there twice." : undefined);
      f.note(`filters.${i}.applications`, checkApplications(row.applications));
      seen.add(row.filter.trim());
    });
    checkCommon(f, v, scope);
    return f.errors;
  },
};

function checkFilter(text: string): string | undefined {
  const isPath = text.startsWith("/") && text !== "/";
  if (!isPath || text.includes("..") || /[[\]()<>?]/.test(text) || hasControl(text)) {
    return "Write an absolute path with * for anything, without .. [ ] ( ) < > and ?";
  }
  return tooLong(text, maxText);
}

function checkApplications(names: readonly string[]): string | undefined {
  if (names.length > maxApplications) {
    return `A filter has at most ${maxApplications}.`;
  }
  return names.some(hasControl)
    ? "There is a control character in one."
    : names.map((n) => tooLong(n, maxText)).find(Boolean);
}
