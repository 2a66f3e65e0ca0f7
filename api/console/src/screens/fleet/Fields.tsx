import { Button, CloseButton, Select, TagsInput, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch, IconTags } from "@tabler/icons-react";
import { memo, useState } from "react";
import classes from "./fleet.module.css";
import { listed, type Choices, type FilterSearch } from "./filter.ts";

interface Props {
  search: FilterSearch;
  choices: Choices;
  onChange: (change: FilterSearch) => void;
}

function FieldsShown({ search, choices, onChange }: Props) {
  const [typed, setTyped] = useTyped(search.q ?? "", (q) => onChange({ q: q === "" ? undefined : q }));
  const isFiltered = [search.q, search.status, search.label, search.version].some((part) => part !== undefined);
  return (
    <div className={classes.fields}>
      <TextInput
        type="search"
        aria-label="Search clusters"
        placeholder="Search name, id, address, label"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={typed}
        onChange={(e) => setTyped(e.currentTarget.value)}
        rightSection={typed !== "" && <CloseButton aria-label="Clear the search" onClick={() => setTyped("")} />}
      />
      <TagsInput
        aria-label="Label selector"
        placeholder={search.label === undefined ? "Labels: env=prod" : ""}
        leftSection={<IconTags size={16} aria-hidden />}
        data={[...choices.labels]}
        limit={40}
        splitChars={[",", " "]}
        value={listed(search.label)}
        onChange={(labels) => onChange({ label: labels.length === 0 ? undefined : labels.join(",") })}
        clearable
        clearButtonProps={{ "aria-label": "Clear the labels" }}
      />
      <Select
        aria-label="Version"
        placeholder="Any version"
        data={[...new Set([...choices.versions, ...(search.version === undefined ? [] : [search.version])])]}
        value={search.version ?? null}
        onChange={(version) => onChange({ version: version ?? undefined })}
        clearable
        clearButtonProps={{ "aria-label": "Any version" }}
      />
      <Button
        variant="default"
        disabled={!isFiltered}
        onClick={() => onChange({ q: undefined, status: undefined, label: undefined, version: undefined })}
      >
        Show all
      </Button>
    </div>
  );
}

/** The search, the label selector and the version; the URL keeps them. */
export const Fields = memo(FieldsShown);

/** A text that is being typed: it is passed on when the typing pauses, and follows what comes from elsewhere. */
function useTyped(value: string, commit: (value: string) => void): [string, (typed: string) => void] {
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState({ value, sent: value });
  const send = useDebouncedCallback((text: string) => {
    setKnown({ value, sent: text });
    commit(text);
  }, 150);
  if (known.value !== value) {
    setKnown({ value, sent: value });
    if (value !== known.sent) {
      setTyped(value);
    }
  }
  return [
    typed,
    (text) => {
      setTyped(text);
      send(text.trim());
    },
  ];
}
