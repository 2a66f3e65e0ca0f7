import { Stack } from "@mantine/core";
import { kindName } from "../../parts/kinds.ts";
import { Empty } from "../../ui/Screen.tsx";
import type { RowActions } from "./actions.ts";
import { BulkBar } from "./BulkBar.tsx";
import type { PolicyKind } from "./kind.ts";
import { PolicyTable } from "./PolicyTable.tsx";
import type { LaidRow } from "./rows.ts";
import { usePolicyNavigate, usePolicySearch } from "./search.ts";
import { titlesOf } from "./titles.ts";
import { Toolbar } from "./Toolbar.tsx";

interface Props<O> {
  of: PolicyKind<O>;
  all: readonly LaidRow<O>[];
  shown: readonly LaidRow<O>[];
  selected: ReadonlySet<string>;
  onSelected: (keys: ReadonlySet<string>) => void;
  onDetails: (row: LaidRow<O>) => void;
  actions: RowActions<O>;
}

/** The list with its filters, and what can be done to the chosen rows. */
export function PolicyList<O>({ of, all, shown, selected, onSelected, onDetails, actions }: Props<O>) {
  const { q, scope } = usePolicySearch(of.kind);
  const go = usePolicyNavigate();
  const { title } = titlesOf(of.kind);
  const chosen = shown.filter((row) => selected.has(row.key) && row.staged !== "deleted");
  return (
    <Stack gap="xs">
      <Toolbar
        q={q}
        onQ={go.filter}
        scope={scope}
        onScope={go.show}
        shown={shown.length}
        total={all.length}
        plural={title}
      />
      <BulkBar of={of} rows={chosen} actions={actions} onDone={() => onSelected(new Set())} />
      {shown.length === 0 ? (
        <Nothing kind={of.kind} isFiltered={all.length > 0} />
      ) : (
        <PolicyTable
          of={of}
          label={title}
          rows={shown}
          selected={selected}
          onSelected={onSelected}
          onDetails={onDetails}
          actions={actions}
        />
      )}
    </Stack>
  );
}

function Nothing({ kind, isFiltered }: { kind: string; isFiltered: boolean }) {
  return isFiltered ? (
    <Empty title="Nothing fits the filter.">Take away a word, or show all scopes.</Empty>
  ) : (
    <Empty title={`There is no ${kindName(kind)} yet.`}>Add one, or import what you have.</Empty>
  );
}
