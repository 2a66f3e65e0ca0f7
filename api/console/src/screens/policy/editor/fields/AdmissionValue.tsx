import { MultiSelect, Select, TagsInput, TextInput } from "@mantine/core";
import { formOf, wordsIn, type Spec } from "../admission.ts";

interface OperatorProps {
  operators: readonly string[];
  value: string;
  onChange: (op: string) => void;
  error: string | undefined;
  "data-path": string;
}

/** Chooses an operator, where there is one to choose. */
export function OperatorSelect({ operators, value, onChange, ...rest }: OperatorProps) {
  if (operators.length === 1 && operators[0] === "" && value === "") {
    return null;
  }
  return (
    <Select
      label="Operator"
      allowDeselect={false}
      data={operators.filter((op) => op !== "")}
      value={value === "" ? null : value}
      onChange={(op) => onChange(op ?? "")}
      {...rest}
    />
  );
}

interface ValueProps {
  spec: Spec;
  op: string;
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
  "data-path": string;
}

/** The value of a criterion in the form that stands behind its operator. */
export function AdmissionValue({ spec, op, value, onChange, ...rest }: ValueProps) {
  const form = formOf(spec, op);
  const shared = { label: "Value", ...rest };
  if (form === "none") {
    return null;
  }
  if (form === "word") {
    return (
      <Select
        {...shared}
        allowDeselect={false}
        data={[...(spec.words ?? [])]}
        value={value === "" ? null : value}
        onChange={(word) => onChange(word ?? "")}
      />
    );
  }
  if (form === "words" && spec.words !== undefined) {
    return (
      <MultiSelect
        {...shared}
        description={spec.about}
        data={[...spec.words]}
        value={wordsIn(value)}
        onChange={(words) => onChange(words.join(","))}
      />
    );
  }
  if (form === "words") {
    return (
      <TagsInput
        {...shared}
        description={spec.about}
        acceptValueOnBlur
        splitChars={[","]}
        value={wordsIn(value)}
        onChange={(words) => onChange(words.join(","))}
      />
    );
  }
  return (
    <TextInput
      {...shared}
      description={
        form === "regex" ? "A regular expression (RE2); it is checked when the change set is tried." : spec.about
      }
      spellCheck={false}
      value={value}
      onChange={(e) => onChange(e.currentTarget.value)}
    />
  );
}
