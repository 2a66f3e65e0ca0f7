import { useMemo, useState, type ReactNode } from "react";
import type { PolicyRow } from "../../hooks/policy.ts";
import { Screen, Shown } from "../../ui/Screen.tsx";
import { AddButton } from "./AddButton.tsx";
import { Details } from "./Details.tsx";
import { EditorAt } from "./EditorAt.tsx";
import { ExportMenu } from "./ExportMenu.tsx";
import { ImportButton } from "./ImportDialog.tsx";
import type { PolicyKind } from "./kind.ts";
import { KindTabs } from "./KindTabs.tsx";
import { PolicyList } from "./PolicyList.tsx";
import { Promote } from "./Promote.tsx";
import { laid, type LaidRow } from "./rows.ts";
import { usePolicyNavigate, usePolicySearch } from "./search.ts";
import { StagedBars } from "./StagedBars.tsx";
import { useStaging, type Staging } from "./staging.ts";
import { titlesOf } from "./titles.ts";
import { useIsMaster } from "../../hooks/master.ts";
import { useRowActions } from "./useRowActions.ts";
import { fitting } from "./filter.ts";

interface Props<O> {
  of: PolicyKind<O>;
  /** Stands above the list. */
  above?: ReactNode;
}

/** The page of one kind of objects. */
export function KindPage<O extends object>({ of, above }: Props<O>) {
  const view = of.useRows();
  const staging = useStaging();
  const { title, about } = titlesOf(of.kind);
  return (
    <Screen
      title={title}
      about={about}
      actions={
        <>
          <ImportButton />
          <ExportMenu />
          <AddButton kind={of.kind} />
        </>
      }
    >
      <KindTabs kind={of.kind} />
      <StagedBars staging={staging} />
      {above}
      <Shown view={view} what={`the ${title}`}>
        {(rows) => <Content of={of} rows={rows} staging={staging} />}
      </Shown>
    </Screen>
  );
}

interface ContentProps<O> {
  of: PolicyKind<O>;
  rows: readonly PolicyRow<O>[];
  staging: Staging;
}

function Content<O extends object>({ of, rows, staging }: ContentProps<O>) {
  const search = usePolicySearch(of.kind);
  const go = usePolicyNavigate();
  const isMaster = useIsMaster();
  const [promoted, setPromoted] = useState<readonly string[]>([]);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const { fed, local } = staging.edits;
  const all = useMemo(() => allOf(of, rows, { fed, local }), [of, rows, fed, local]);
  const { q, scope } = search;
  const shown = useMemo(() => fitting(of, all, q, scope), [of, all, q, scope]);
  const actions = useRowActions({
    of,
    staging,
    all,
    shown,
    onEdit: (row) => go.edit(row.name, row.scope),
    onPromote: of.canPromote === true && isMaster ? (list) => setPromoted(list.map((r) => r.name)) : undefined,
  });
  const openRow = search.open && all.find((r) => r.name === search.open?.name && r.scope === search.open.scope);
  return (
    <>
      <PolicyList
        of={of}
        all={all}
        shown={shown}
        selected={selected}
        onSelected={setSelected}
        onDetails={(row) => go.details(row.name, row.scope)}
        actions={actions}
      />
      {search.open !== undefined && (
        <Details of={of} name={search.open.name} row={openRow} actions={actions} onClose={go.close} />
      )}
      <EditorAt of={of} all={all} edit={search.edit} onClose={go.close} />
      <Promote
        kind={of.kind}
        names={promoted}
        onClose={() => setPromoted([])}
        onDone={() => {
          setPromoted([]);
          setSelected(new Set());
        }}
      />
    </>
  );
}

/** The rows of both scopes with what is staged about them, federated ones first. */
function allOf<O>(of: PolicyKind<O>, rows: readonly PolicyRow<O>[], edits: Staging["edits"]): LaidRow<O>[] {
  return (["fed", "local"] as const).flatMap((scope) =>
    laid({
      kind: of.kind,
      scope,
      isOrdered: of.isOrdered === true,
      rows: rows.filter((row) => row.scope === scope),
      edits: edits[scope],
      read: of.read,
    }),
  );
}
