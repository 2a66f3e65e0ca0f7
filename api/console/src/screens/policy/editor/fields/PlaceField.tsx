import { Group, Select } from "@mantine/core";
import type { Around, Listed } from "../around.ts";
import { isProvisional } from "../../../../hooks/draftWire.ts";
import type { Place } from "../place.ts";
import { textOf } from "../reading.ts";

interface Props {
  value: Place;
  onChange: (place: Place) => void;
  around: Around;
  error: string | undefined;
  "data-path": string;
}

/** Where a rule goes among those that are there. Rules that are only staged have no number to go by. */
export function PlaceField({ value, onChange, around, ...rest }: Props) {
  const others = (around.siblings ?? []).filter((s) => s.name !== around.name && !isProvisional(s.name));
  const last = others.at(-1);
  const choose = (at: string | null) => {
    if (at === "last" && last !== undefined) {
      onChange({ at: "after", rule: last.name });
    } else if (at === "after" || at === "before") {
      onChange({ at, rule: "rule" in value ? value.rule : "" });
    } else {
      onChange({ at: at === "first" ? "first" : "keep" });
    }
  };
  const isRelative = value.at === "after" || value.at === "before";
  return (
    <Group grow align="flex-start" gap="sm" preventGrowOverflow={false}>
      <Select
        label="Place"
        description="Which rule comes before which counts."
        allowDeselect={false}
        miw={160}
        data={placeWords(around.isNew, others.length > 0)}
        value={value.at}
        onChange={choose}
      />
      {isRelative && (
        <Select
          label="Rule"
          description={`The rule that it goes ${value.at === "after" ? "behind" : "before"}.`}
          searchable
          limit={100}
          miw={200}
          data={others.map((o) => ({ value: o.name, label: ruleText(o) }))}
          value={value.rule === "" ? null : value.rule}
          onChange={(rule) => onChange({ at: value.at, rule: rule ?? "" })}
          {...rest}
        />
      )}
    </Group>
  );
}

function placeWords(isNew: boolean, hasOthers: boolean) {
  return [
    { value: "keep", label: isNew ? "Last" : "Where it is" },
    { value: "first", label: "First" },
    ...(hasOthers
      ? [
          ...(isNew ? [] : [{ value: "last", label: "Last" }]),
          { value: "after", label: "After a rule" },
          { value: "before", label: "Before a rule" },
        ]
      : []),
  ];
}

function ruleText({ name, object }: Listed): string {
  const what = textOf(object, "from") === "" ? textOf(object, "event") : ends(object);
  return `${name}: ${what}`;
}

function ends(rule: Listed["object"]): string {
  return `${textOf(rule, "from")} → ${textOf(rule, "to")}`;
}
