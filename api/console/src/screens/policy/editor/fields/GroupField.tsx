import { Autocomplete } from "@mantine/core";
import type { ReactNode } from "react";
import type { Listed } from "../around.ts";
import { isOfAddresses } from "../common.ts";

interface Props {
  label: string;
  description: ReactNode;
  value: string;
  onChange: (value: string) => void;
  groups: readonly Listed[] | undefined;
  /** Names with a meaning of their own. */
  reserved?: readonly string[];
  /** Whether groups of addresses are not for this. */
  isForWorkloads?: boolean;
  required?: boolean;
  readOnly?: boolean;
  error: string | undefined;
  "data-path": string;
}

/** Names a group that is there or staged, or a name with a meaning of its own. */
export function GroupField({ groups, reserved = [], isForWorkloads = false, readOnly = false, ...rest }: Props) {
  const fit = (groups ?? []).filter((g) => !isForWorkloads || !isOfAddresses(g.object));
  const names = fit.map((g) => g.name).filter((name) => !reserved.includes(name));
  const staged = new Set(fit.filter((g) => g.isStaged).map((g) => g.name));
  const data = [
    ...(reserved.length === 0 ? [] : [{ group: "Names with a meaning of their own", items: [...reserved] }]),
    ...(names.length === 0 ? [] : [{ group: "Groups", items: [...new Set(names)] }]),
  ];
  return (
    <Autocomplete
      {...rest}
      data={readOnly ? [] : data}
      limit={200}
      openOnFocus={false}
      readOnly={readOnly}
      variant={readOnly ? "filled" : "default"}
      placeholder={groups === undefined ? "Reading the groups" : "Type to find a group"}
      spellCheck={false}
      renderOption={({ option }) => (staged.has(option.value) ? `${option.value} (staged)` : option.value)}
      maxDropdownHeight={280}
    />
  );
}
