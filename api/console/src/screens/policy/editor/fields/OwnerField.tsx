import type { Around } from "../around.ts";
import { GroupField } from "./GroupField.tsx";

interface Props {
  value: string;
  onChange: (value: string) => void;
  around: Around;
  error: string | undefined;
  "data-path": string;
}

/** The group that a profile or a binding belongs to, and by which it is known. */
export function OwnerField({ around, ...rest }: Props) {
  return (
    <GroupField
      {...rest}
      label="Group"
      description={around.isNew ? "Whose it is. A group has at most one." : "It stays with its group."}
      required
      readOnly={!around.isNew}
      isForWorkloads
      groups={around.groups}
    />
  );
}
