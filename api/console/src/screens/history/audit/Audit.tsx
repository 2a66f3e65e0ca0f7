import { Stack, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, asProblem, ask } from "../../../api.ts";
import { useWhyNot } from "../../../hooks/may.ts";
import { useTarget } from "../../../hooks/target.ts";
import { useView } from "../../../hooks/view.ts";
import { Refusal } from "../../../ui/Refusal.tsx";
import { Empty, Loading, Stale } from "../../../ui/Screen.tsx";
import { VirtualTable } from "../../../ui/VirtualTable.tsx";
import { count } from "../../../ui/number.ts";
import { Word } from "../events/EventFilters.tsx";
import classes from "../history.module.css";
import { OlderButton } from "../OlderButton.tsx";
import type { Search } from "../search.ts";
import { CompactRecord, recordColumns, type AuditRecord } from "./columns.tsx";

interface Props {
  search: Search;
  onSearch: (change: Search) => void;
}

/** Who asked this controller for what, and what came of it. */
export function Audit({ search, onSearch }: Props) {
  const whyNot = useWhyNot()("read-audit");
  if (whyNot !== undefined) {
    return <Empty title="Who asked for what is for administrators to see.">{whyNot}</Empty>;
  }
  const set = (change: Search) => onSearch({ tab: "audit", ...change });
  return (
    <Stack gap="sm">
      <div className={classes.filters} role="search" aria-label="Filter requests">
        <Word label="By whom" hint="User" value={search.actor} onTyped={(actor) => set({ actor })} />
        <Word label="Command" hint="Id" value={search.command} onTyped={(command) => set({ command })} />
      </div>
      <Records actor={search.actor} command={search.command} />
    </Stack>
  );
}

const pageSize = 100;
/** A filtered page may be empty and still not be the end: so many are read at once. */
const mostSteps = 5;

function useRecords(actor: string | undefined, command: string | undefined) {
  const at = useTarget();
  return useInfiniteQuery({
    queryKey: ["audit", at, { actor, command }],
    queryFn: async ({ pageParam, signal }) => {
      const filter = { ...(actor === undefined ? {} : { actor }), ...(command === undefined ? {} : { command }) };
      const records: AuditRecord[] = [];
      let next = pageParam;
      for (let step = 0; step < mostSteps; step++) {
        const query = { ...filter, limit: pageSize, ...(next === "" ? {} : { before: next }) };
        const page = await ask(api(at).GET("/v1/fed/audit", { params: { query }, signal }));
        records.push(...page.records);
        next = page.next;
        if (next === "" || records.length >= pageSize / 2) {
          break;
        }
      }
      return { records, next };
    },
    initialPageParam: "",
    getNextPageParam: ({ next }) => (next === "" ? undefined : next),
    // What is recorded here is not told by the feed.
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) <= 1 ? 5_000 : false),
  });
}

function Records({ actor, command }: { actor: string | undefined; command: string | undefined }) {
  const query = useRecords(actor, command);
  const view = useView(query);
  const { data } = query;
  const records = useMemo(() => data?.pages.flatMap((page) => page.records) ?? [], [data]);
  if (data === undefined) {
    return query.isError ? (
      <Refusal title="Could not read the audit" problem={asProblem(query.error)} retry={() => void query.refetch()} />
    ) : (
      <Loading what="the audit" />
    );
  }
  return (
    <Stack gap="xs">
      {view.is === "stale" && <Stale since={view.since} />}
      <Text size="sm" role="status">
        {count(records.length)} {records.length === 1 ? "request" : "requests"}
        {query.hasNextPage ? " are read; there are older ones" : ""}
      </Text>
      <VirtualTable
        label="Requests, newest first"
        rows={records}
        columns={recordColumns}
        getKey={({ id }) => id}
        compact={(record, tabIndex) => <CompactRecord record={record} tabIndex={tabIndex} />}
        compactHeight={84}
        empty="Nothing was recorded that fits the filters."
      />
      {(records.length > 0 || query.hasNextPage) && (
        <OlderButton query={query} end={`The first of ${count(records.length)} requests is above.`} />
      )}
    </Stack>
  );
}
