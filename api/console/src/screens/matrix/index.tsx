import { Stack, Title } from "@mantine/core";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { Wire } from "../../api.ts";
import { quiet } from "../../hooks/quiet.ts";
import { useHome } from "../../hooks/self.ts";
import { Moment } from "../../ui/Moment.tsx";
import { count } from "../../ui/number.ts";
import { Empty, Screen, Shown } from "../../ui/Screen.tsx";
import { Board } from "./Board.tsx";
import { Cells } from "./Cells.tsx";
import { Filters, type Search } from "./Filters.tsx";
import { gridOf, type Cell } from "./grid.ts";
import { Legend } from "./Legend.tsx";
import { Reason } from "./Reason.tsx";
import { readOnly, writeOnly } from "./states.ts";
import { useMatrix } from "./useMatrix.ts";

const route = getRouteApi("/matrix");

/** Every federated object in every cluster, in one picture. */
export function Matrix() {
  const home = useHome();
  return (
    <Screen title="Rules × clusters" about="How every federated object does in every cluster of the federation.">
      <Shown view={quiet(home)} what="the role of this cluster">
        {({ fed_role }) =>
          fed_role === "master" ? (
            <Filtered />
          ) : (
            <Empty title="Only a master knows how all clusters do.">
              Open this page at the master of the federation, or promote this cluster.
            </Empty>
          )
        }
      </Shown>
    </Screen>
  );
}

function Filtered() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const view = useMatrix(search.kind, search.selector);
  const set = (change: Search) =>
    void navigate({ from: "/matrix", to: ".", search: (old) => ({ ...old, ...change }), replace: true });
  return (
    <Stack gap="sm">
      <Filters search={search} onSearch={set} />
      <Shown view={view} what="the matrix">
        {(matrix) => <Drawn matrix={matrix} search={search} onSearch={set} isStale={view.is === "stale"} />}
      </Shown>
    </Stack>
  );
}

interface DrawnProps {
  matrix: Wire["Matrix"];
  search: Search;
  onSearch: (change: Search) => void;
  isStale: boolean;
}

function Drawn({ matrix, search, onSearch, isStale }: DrawnProps) {
  const { q = "", only } = search;
  const grid = useMemo(() => gridOf(matrix, { q, only: readOnly(only) }), [matrix, q, only]);
  const [cell, setCell] = useState<Cell>();
  const isEmpty = grid.rows.length === 0 || grid.columns.length === 0;
  return (
    <>
      <Legend
        counts={grid.counts}
        only={grid.only}
        onOnly={(states) => onSearch({ only: writeOnly(states) })}
        rows={grid.rows.length}
        columns={grid.columns.length}
      />
      {isEmpty ? (
        <Nothing matrix={matrix} isProblems={only === "problems"} />
      ) : (
        <Board grid={grid} isStale={isStale} onOpen={setCell} />
      )}
      <Title order={2} size="h4" mt="sm">
        {grid.only === undefined ? "Cells that need a look" : "Cells in these states"}
      </Title>
      <Cells grid={grid} onOpen={setCell} />
      <div>
        As of revision {count(matrix.revision)}, <Moment at={matrix.time} />.
      </div>
      <Reason cell={cell} onClose={() => setCell(undefined)} />
    </>
  );
}

function Nothing({ matrix, isProblems }: { matrix: Wire["Matrix"]; isProblems: boolean }) {
  if (matrix.objects.length === 0) {
    return <Empty title="There is no federated policy of this kind." />;
  }
  if (matrix.clusters.length === 0) {
    return <Empty title="No cluster has these labels." />;
  }
  return isProblems ? (
    <Empty title="Nothing needs a look.">Every object is in force, or held, in every cluster that it is for.</Empty>
  ) : (
    <Empty title="No object fits the filters." />
  );
}
