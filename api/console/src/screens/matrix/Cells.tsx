import { Text } from "@mantine/core";
import { useMemo } from "react";
import { kindName } from "../../parts/kinds.ts";
import { WordBadge } from "../../parts/WordBadge.tsx";
import { objectStateWord } from "../../parts/words.ts";
import { count } from "../../ui/number.ts";
import { VirtualTable, type Column } from "../../ui/VirtualTable.tsx";
import { cellsIn, type Cell, type Grid, type StateCell } from "./grid.ts";
import { problems } from "./states.ts";

/** So many cells are listed at most. */
const most = 2_000;

const columns: readonly Column<StateCell>[] = [
  { id: "state", title: "State", width: 120, render: ({ state }) => <WordBadge word={objectStateWord(state)} /> },
  { id: "kind", title: "Kind", width: 150, render: ({ object }) => kindName(object.kind) },
  { id: "name", title: "Object", width: 160, grow: 2, render: ({ object }) => object.name },
  { id: "cluster", title: "Cluster", width: 140, grow: 1, render: ({ cluster }) => cluster.name },
];

/** The cells that need a look, or those in the states that are asked for, as a list. */
export function Cells({ grid, onOpen }: { grid: Grid; onOpen: (cell: Cell) => void }) {
  const { cells, more } = useMemo(() => cellsIn(grid, grid.only ?? new Set(problems), most), [grid]);
  return (
    <>
      <Text size="sm">
        {more > 0
          ? `The ${count(cells.length)} most urgent; ${count(more)} more are in the grid.`
          : `${count(cells.length)} ${cells.length === 1 ? "cell" : "cells"}, the most urgent first. Enter tells why.`}
      </Text>
      <VirtualTable
        label="Cells"
        rows={cells}
        columns={columns}
        getKey={keyOf}
        onOpen={onOpen}
        height="420px"
        compactUnder={520}
        compact={(cell) => (
          <>
            <Text size="sm" truncate>
              <b>{cell.object.name}</b> × {cell.cluster.name}
            </Text>
            <Text size="sm" truncate component="div">
              <WordBadge word={objectStateWord(cell.state)} size="sm" /> {kindName(cell.object.kind)}
            </Text>
          </>
        )}
        empty={grid.only === undefined ? "Nothing needs a look." : "No cell is in these states."}
      />
    </>
  );
}

function keyOf({ object, cluster }: StateCell): string {
  return `${object.kind}/${object.name}/${cluster.id}`;
}
