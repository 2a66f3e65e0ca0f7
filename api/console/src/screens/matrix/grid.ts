import type { Wire } from "../../api.ts";
import { kindName } from "../../parts/kinds.ts";
import { letterOf, notFor, states, stateOf, type StateName } from "./states.ts";

/** How many of those that something is for are in force. */
export interface Tally {
  enforced: number;
  of: number;
}

/** A line of the matrix: an object, or a cluster. */
export interface Line<T> {
  what: T;
  /** Its place in the whole matrix. */
  index: number;
  tally: Tally;
}

/** What of a matrix is shown. */
export interface Grid {
  rows: readonly Line<Wire["ObjectName"]>[];
  columns: readonly Line<Wire["ClusterName"]>[];
  /** The strings of the shown rows, with a letter for every cluster of the matrix. */
  letters: readonly string[];
  /** How many cells of the objects that the text finds are in each state. */
  counts: ReadonlyMap<StateName, number>;
  /** The states that are asked for; undefined for all. */
  only: ReadonlySet<StateName> | undefined;
}

export interface Filter {
  /** Text that the name or the kind of an object has. */
  q: string;
  only: ReadonlySet<StateName> | undefined;
}

/** The part of a matrix that a filter leaves: the rows and columns that have a cell in one of the states. */
export function gridOf(matrix: Wire["Matrix"], { q, only }: Filter): Grid {
  const found = matching(matrix.objects, q);
  const wanted = only === undefined ? undefined : new Set([...only].map((state) => letterOf(state)));
  const width = matrix.clusters.length;
  const counted: Record<string, number> = {};
  const columnTallies = matrix.clusters.map((): Tally => ({ enforced: 0, of: 0 }));
  const keptColumns = new Uint8Array(width);
  const rows: Line<Wire["ObjectName"]>[] = [];
  for (const index of found) {
    const text = matrix.rows[index] ?? "";
    const tally: Tally = { enforced: 0, of: 0 };
    let isKept = wanted === undefined;
    for (let c = 0; c < width; c++) {
      const letter = text[c] ?? notFor;
      const column = columnTallies[c];
      if (letter === notFor || column === undefined) {
        continue;
      }
      counted[letter] = (counted[letter] ?? 0) + 1;
      tally.of++;
      column.of++;
      if (letter === "e") {
        tally.enforced++;
        column.enforced++;
      }
      if (wanted?.has(letter) === true) {
        isKept = true;
        keptColumns[c] = 1;
      }
    }
    const what = matrix.objects[index];
    if (isKept && what !== undefined) {
      rows.push({ what, index, tally });
    }
  }
  const columns = matrix.clusters
    .map((what, index): Line<Wire["ClusterName"]> => ({ what, index, tally: columnTallies[index] ?? none }))
    .filter(({ index }) => wanted === undefined || keptColumns[index] === 1);
  const counts = new Map(states.map(({ letter, state }) => [state, counted[letter] ?? 0] as const));
  return { rows, columns, letters: rows.map(({ index }) => matrix.rows[index] ?? ""), counts, only };
}

const none: Tally = { enforced: 0, of: 0 };

/** The places of the objects whose name or kind has the text. */
function matching(objects: readonly Wire["ObjectName"][], q: string): number[] {
  const wanted = q.trim().toLowerCase();
  const found: number[] = [];
  objects.forEach(({ kind, name }, i) => {
    if (wanted === "" || `${kind} ${kindName(kind)} ${name}`.toLowerCase().includes(wanted)) {
      found.push(i);
    }
  });
  return found;
}

/** One cell with the state of its object in its cluster; undefined where the object is not for the cluster. */
export interface Cell {
  object: Wire["ObjectName"];
  cluster: Wire["ClusterName"];
  state: StateName | undefined;
}

/** The cell at a place of the shown grid. */
export function cellAt(grid: Grid, row: number, column: number): Cell | undefined {
  const object = grid.rows[row]?.what;
  const cluster = grid.columns[column];
  if (object === undefined || cluster === undefined) {
    return undefined;
  }
  return { object, cluster: cluster.what, state: stateOf(grid.letters[row]?.[cluster.index]) };
}

/** A cell whose state is known. */
export interface StateCell extends Cell {
  state: StateName;
}

/** The shown cells in the given states, the most urgent first, and how many there are beyond the most that is wanted. */
export function cellsIn(
  grid: Grid,
  wanted: ReadonlySet<StateName>,
  most: number,
): { cells: StateCell[]; more: number } {
  const buckets = new Map<StateName, StateCell[]>(
    states.filter(({ state }) => wanted.has(state)).map(({ state }) => [state, []]),
  );
  let total = 0;
  grid.rows.forEach(({ what: object }, r) => {
    for (const { what: cluster, index } of grid.columns) {
      const state = stateOf(grid.letters[r]?.[index]);
      const bucket = state === undefined ? undefined : buckets.get(state);
      if (state === undefined || bucket === undefined) {
        continue;
      }
      total++;
      if (bucket.length < most) {
        bucket.push({ object, cluster, state });
      }
    }
  });
  const cells = [...buckets.values()].flat().slice(0, most);
  return { cells, more: total - cells.length };
}

/** A cell in words: "network rule 100001 × berlin". */
export function cellName({ object, cluster }: Pick<Cell, "object" | "cluster">): string {
  return `${kindName(object.kind)} ${object.name} × ${cluster.name}`;
}
