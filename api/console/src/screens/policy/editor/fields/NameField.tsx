import { Text, TextInput } from "@mantine/core";
import type { Scope } from "../../../../hooks/draft.ts";
import { fedPrefix } from "../checks.ts";

interface Props {
  value: string;
  onChange: (value: string) => void;
  scope: Scope;
  /** A name that is there cannot be changed. */
  isNew: boolean;
  error: string | undefined;
  "data-path": string;
}

/** The name of an object; the prefix of a federated one is not typed. */
export function NameField({ value, onChange, scope, isNew, ...rest }: Props) {
  return (
    <TextInput
      label="Name"
      description={
        isNew
          ? `Letters, digits and . : _ -${scope === "fed" ? `; federated names begin with ${fedPrefix}` : ""}`
          : "A name cannot be changed."
      }
      required
      autoComplete="off"
      spellCheck={false}
      readOnly={!isNew}
      variant={isNew ? "default" : "filled"}
      value={value}
      onChange={(e) => onChange(e.currentTarget.value)}
      {...(scope === "fed"
        ? {
            leftSection: (
              <Text size="sm" aria-hidden>
                {fedPrefix}
              </Text>
            ),
            leftSectionWidth: 40,
          }
        : {})}
      {...rest}
    />
  );
}
