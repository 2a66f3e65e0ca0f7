import { Group, SegmentedControl, Stack, Switch } from "@mantine/core";
import { IconLayoutGrid, IconTable } from "@tabler/icons-react";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { memo, useCallback, useMemo, useState, type ReactNode } from "react";
import { useFleet, type Cluster, type Fleet as FleetData } from "../../hooks/fleet.ts";
import { useTarget } from "../../hooks/target.ts";
import { Empty, Screen, Shown } from "../../ui/Screen.tsx";
import { VirtualTable } from "../../ui/VirtualTable.tsx";
import { readSort, writeSort, type Sort } from "../../ui/virtualRows.ts";
import { Alone, AtRemote } from "./Alone.tsx";
import { Bulk } from "./Bulk.tsx";
import type { Opening } from "./cells.tsx";
import { columnsFor, compactFor } from "./columns.tsx";
import { Fields } from "./Fields.tsx";
import { listed, readFilter } from "./filter.ts";
import { sortable } from "./order.ts";
import { StatusToggles } from "./StatusToggles.tsx";
import { Strip } from "./Strip.tsx";
import { Ticker } from "./Ticker.tsx";
import { useRows } from "./useRows.ts";

const route = getRouteApi("/fleet");

/** All clusters of the federation, as they are now. */
export function Fleet() {
  const view = useFleet();
  const isAlone = "data" in view && view.data.role !== "master";
  return (
    <Screen title="Fleet" about={isAlone ? undefined : "All clusters of the federation, as they are now."}>
      <Shown view={view} what="the fleet">
        {(fleet) => <FleetShown fleet={fleet} />}
      </Shown>
    </Screen>
  );
}

const byName: Sort = { by: "name", isDown: false };
const keyOf = (cluster: Cluster) => cluster.id;
const nothing: ReadonlySet<string> = new Set();

function FleetShown({ fleet }: { fleet: FleetData }) {
  const search = route.useSearch();
  const set = useSearchChange();
  const opening = useOpening();
  const { q, status, label, version } = search;
  const isMaster = fleet.role === "master";
  const filter = useMemo(
    () => readFilter(isMaster ? { q, status, label, version } : {}), // without a fleet there is nothing to choose from
    [isMaster, q, status, label, version],
  );
  const sort = useMemo(() => readSort(search.sort, sortable, byName), [search.sort]);
  const { rows, facts, found, choices } = useRows(fleet.clusters, filter, sort);
  const [chosen, setChosen] = useState(nothing);
  const isWhole = search.columns === "all";
  const columns = useMemo(() => columnsFor(opening, isWhole), [opening, isWhole]);
  const compact = useMemo(() => compactFor(opening), [opening]);
  const { byStatus, entries } = found;
  const isPicture = isMaster && search.view === "picture";
  const onStatus = useCallback((next: string | undefined) => set({ status: next }), [set]);
  const onClear = useCallback(() => setChosen(nothing), []);
  const onBy = useCallback((group: string | undefined) => set({ group }), [set]);
  const onLabel = useCallback(
    (one: string) => set({ label: [...new Set([...listed(label), one])].join(",") }),
    [set, label],
  );
  return (
    <Stack gap="sm">
      {fleet.role === "" && <Alone />}
      {fleet.role === "joint" && <AtRemote own={rows[0]} />}
      {isMaster && (
        <>
          <Ticker />
          <StatusToggles
            byStatus={byStatus}
            chosen={status}
            onChoose={onStatus}
            shown={entries.length}
            total={facts.size}
          />
          <Fields search={search} choices={choices} onChange={set} />
          <Group justify="space-between" align="flex-start" gap="xs">
            <div>
              <Bulk chosen={chosen} facts={facts} onClear={onClear} />
            </div>
            <ViewSwitch isPicture={isPicture} isWhole={isWhole} onChange={set} />
          </Group>
        </>
      )}
      {isPicture ? (
        <Strip entries={entries} keys={choices.keys} by={search.group} onBy={onBy} onLabel={onLabel} />
      ) : (
        <VirtualTable
          label="Clusters"
          rows={rows}
          columns={columns}
          getKey={keyOf}
          sort={sort}
          onSort={(next) => set({ sort: writeSort(next) })}
          onOpen={({ id }) => opening.open(id)}
          selection={isMaster ? { keys: chosen, onChange: setChosen } : undefined}
          compact={compact}
          empty={<Empty title="No cluster is like that.">Change the search, the labels or the status above.</Empty>}
        />
      )}
    </Stack>
  );
}

type Search = ReturnType<typeof route.useSearch>;

/** Changes what the URL says of the page. */
function useSearchChange(): (change: Partial<Search>) => void {
  const navigate = useNavigate();
  return useCallback(
    (change) => void navigate({ from: "/fleet", to: ".", search: (old) => ({ ...old, ...change }), replace: true }),
    [navigate],
  );
}

/** The way to the page of a cluster, made once for all rows. */
function useOpening(): Opening {
  const navigate = useNavigate();
  const at = useTarget();
  return useMemo(
    () => ({
      href: (id) => `/fleet/${encodeURIComponent(id)}${at === undefined ? "" : `?at=${encodeURIComponent(at)}`}`,
      open: (id) => void navigate({ to: "/fleet/$cluster", params: { cluster: id } }),
    }),
    [navigate, at],
  );
}

interface ViewSwitchProps {
  isPicture: boolean;
  isWhole: boolean;
  onChange: (change: Partial<Search>) => void;
}

/** Switches between the table and the picture of the same clusters. */
const ViewSwitch = memo(function ViewSwitch({ isPicture, isWhole, onChange }: ViewSwitchProps) {
  return (
    <Group gap="md">
      {!isPicture && (
        <Switch
          label="All columns"
          size="sm"
          checked={isWhole}
          onChange={(e) => onChange({ columns: e.currentTarget.checked ? "all" : undefined })}
          visibleFrom="sm"
        />
      )}
      <SegmentedControl
        aria-label="View"
        size="xs"
        value={isPicture ? "picture" : "table"}
        onChange={(view) => onChange({ view: view === "picture" ? view : undefined })}
        data={[
          { value: "table", label: <ViewName icon={<IconTable size={14} aria-hidden />} name="Table" /> },
          { value: "picture", label: <ViewName icon={<IconLayoutGrid size={14} aria-hidden />} name="Picture" /> },
        ]}
      />
    </Group>
  );
});

function ViewName({ icon, name }: { icon: ReactNode; name: string }) {
  return (
    <Group gap={6} wrap="nowrap">
      {icon}
      {name}
    </Group>
  );
}
