import { Select, Switch, TextInput } from "@mantine/core";
import { IconSearch, IconTag } from "@tabler/icons-react";
import { kindName, kinds } from "../../parts/kinds.ts";
import { parseSelector } from "../../parts/selector.ts";
import { useTyped } from "../../hooks/typed.ts";
import classes from "./matrix.module.css";

/** The filters as the URL has them. */
export interface Search {
  kind?: string | undefined;
  selector?: string | undefined;
  q?: string | undefined;
  only?: string | undefined;
}

interface Props {
  search: Search;
  onSearch: (change: Search) => void;
}

const kindNames = kinds.flatMap(({ kind, plural, also }) => [
  { value: kind, label: plural },
  ...also.map((other) => ({ value: other, label: capital(kindName(other)) })),
]);

/** The filters of the matrix. */
export function Filters({ search, onSearch }: Props) {
  const q = useTyped(search.q ?? "", (text) => onSearch({ q: text }));
  const selector = useTyped(search.selector ?? "", (text) => {
    if (parseSelector(text).is === "selector") {
      onSearch({ selector: text.trim() });
    }
  });
  const parsed = parseSelector(selector.text);
  return (
    <div className={classes.tools}>
      <Select
        label="Kind"
        placeholder="All kinds"
        data={kindNames}
        value={search.kind ?? null}
        onChange={(kind) => onSearch({ kind: kind ?? undefined })}
        clearable
        clearButtonProps={{ "aria-label": "All kinds" }}
        w={{ base: "100%", xs: 200 }}
      />
      <TextInput
        type="search"
        label="Objects"
        placeholder="Name or number"
        value={q.text}
        onChange={(e) => q.setText(e.currentTarget.value)}
        leftSection={<IconSearch size={16} aria-hidden />}
        className={classes.wide ?? ""}
      />
      <TextInput
        label="Clusters by label"
        placeholder="env=prod,region in (eu,us)"
        value={selector.text}
        onChange={(e) => selector.setText(e.currentTarget.value)}
        error={parsed.is === "wrong" ? parsed.reason : undefined}
        leftSection={<IconTag size={16} aria-hidden />}
        className={classes.wide ?? ""}
      />
      <Switch
        label="Only problems"
        checked={search.only === "problems"}
        onChange={(e) => onSearch({ only: e.currentTarget.checked ? "problems" : undefined })}
        mb={8}
      />
    </div>
  );
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
