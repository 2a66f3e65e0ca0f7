import { Button, Select, TextInput } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useState } from "react";
import { useTyped } from "../../../hooks/typed.ts";
import classes from "../history.module.css";
import { fromField, toField } from "../localTime.ts";
import type { EventFilter } from "./filter.ts";
import { kindChoices } from "./words.ts";

interface Props {
  filter: EventFilter;
  onFilter: (change: EventFilter) => void;
  /** Names to offer for clusters. */
  clusters: readonly string[];
}

/** The filters of the events. */
export function EventFilters({ filter, onFilter, clusters }: Props) {
  const { cluster, actor, command, from, until } = filter;
  const [isMore, setMore] = useState([cluster, actor, command, from, until].some((value) => value !== undefined));
  const isAny = Object.values(filter).some((value) => value !== undefined);
  const known = filter.kind === undefined || kindChoices.some((c) => c.items.some((i) => i.value === filter.kind));
  return (
    <div className={classes.filters} role="search" aria-label="Filter events">
      <Select
        label="What"
        placeholder="Anything"
        searchable
        clearable
        clearButtonProps={{ "aria-label": "Anything" }}
        data={known ? kindChoices : [...kindChoices, { group: "Other", items: [filter.kind ?? ""] }]}
        value={filter.kind ?? null}
        onChange={(kind) => onFilter({ kind: kind ?? undefined })}
      />
      <Word label="Object" hint="Name or number" value={filter.name} onTyped={(name) => onFilter({ name })} />
      <Button
        variant="default"
        hiddenFrom="sm"
        aria-expanded={isMore}
        onClick={() => setMore(!isMore)}
        rightSection={<IconChevronDown size={16} aria-hidden />}
      >
        {isMore ? "Fewer filters" : "More filters"}
      </Button>
      <div className={classes.more} data-open={isMore || undefined}>
        <Select
          label="Cluster"
          placeholder="Any"
          searchable
          clearable
          clearButtonProps={{ "aria-label": "Any cluster" }}
          limit={100}
          data={[...new Set(filter.cluster === undefined ? clusters : [filter.cluster, ...clusters])]}
          value={filter.cluster ?? null}
          onChange={(cluster) => onFilter({ cluster: cluster ?? undefined })}
        />
        <Word label="By whom" hint="User" value={filter.actor} onTyped={(actor) => onFilter({ actor })} />
        <Word label="Command" hint="Id" value={filter.command} onTyped={(command) => onFilter({ command })} />
        <Time label="From" value={filter.from} onTime={(from) => onFilter({ from })} />
        <Time label="Until" value={filter.until} onTime={(until) => onFilter({ until })} />
      </div>
      <Button
        variant="default"
        {...(isAny ? {} : { "data-disabled": true, "aria-disabled": true })}
        onClick={() => onFilter(noFilter)}
      >
        Clear filters
      </Button>
    </div>
  );
}

const noFilter: EventFilter = {
  kind: undefined,
  name: undefined,
  cluster: undefined,
  actor: undefined,
  command: undefined,
  from: undefined,
  until: undefined,
};

interface WordProps {
  label: string;
  hint: string;
  value: string | undefined;
  onTyped: (text: string | undefined) => void;
}

/** A word that is told on after a pause in typing. */
export function Word({ label, hint, value, onTyped }: WordProps) {
  const { text, setText } = useTyped(
    value ?? "",
    (typed) => onTyped(typed.trim() === "" ? undefined : typed.trim()),
    400,
  );
  return <TextInput label={label} placeholder={hint} value={text} onChange={(e) => setText(e.currentTarget.value)} />;
}

interface TimeProps {
  label: string;
  value: string | undefined;
  onTime: (time: string | undefined) => void;
}

function Time({ label, value, onTime }: TimeProps) {
  const { text, setText } = useTyped(toField(value), (typed) => onTime(fromField(typed)), 600);
  return (
    <TextInput
      type="datetime-local"
      step={1}
      label={label}
      value={text}
      onChange={(e) => setText(e.currentTarget.value)}
    />
  );
}
