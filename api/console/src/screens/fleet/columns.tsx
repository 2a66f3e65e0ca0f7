import type { Cluster } from "../../hooks/fleet.ts";
import { roleWord } from "../../parts/words.ts";
import { count } from "../../ui/number.ts";
import type { Column } from "../../ui/VirtualTable.tsx";
import {
  AddressCell,
  ClockCell,
  ContactCell,
  LabelsCell,
  NameCell,
  RevisionCell,
  RulesCell,
  ScoreCell,
  StatusCell,
  Unknown,
  WordCell,
  type Opening,
} from "./cells.tsx";
import classes from "./fleet.module.css";

/** The columns of the fleet. Those that matter least go first when there is no room, unless all are wanted. */
export function columnsFor(opening: Opening, isWhole: boolean): readonly Column<Cluster>[] {
  const name: Column<Cluster> = {
    id: "name",
    title: "Name",
    width: 150,
    grow: 2,
    sorts: true,
    render: (c, tabIndex) => <NameCell cluster={c} opening={opening} tabIndex={tabIndex} />,
  };
  return [name, ...(isWhole ? facts.map((column) => ({ ...column, hideUnder: 0 })) : facts)];
}

const facts: readonly Column<Cluster>[] = [
  {
    id: "role",
    title: "Role",
    width: 84,
    hideUnder: 1_420,
    sorts: true,
    render: (c) => <WordCell word={roleWord(c.role)} />,
  },
  {
    id: "address",
    title: "Address",
    width: 150,
    grow: 1,
    hideUnder: 1_580,
    sorts: true,
    render: (c) => <AddressCell cluster={c} />,
  },
  { id: "status", title: "Status", width: 116, sorts: true, render: (c) => <StatusCell cluster={c} /> },
  { id: "rules", title: "Rules", width: 80, hideUnder: 880, sorts: true, render: (c) => <RulesCell cluster={c} /> },
  {
    id: "nodes",
    title: "Nodes",
    width: 62,
    align: "right",
    hideUnder: 960,
    sorts: true,
    render: (c) => number(c.inventory?.hosts),
  },
  {
    id: "pods",
    title: "Pods",
    width: 68,
    align: "right",
    hideUnder: 900,
    sorts: true,
    render: (c) => number(c.inventory?.running_pods),
  },
  { id: "score", title: "Score", width: 84, align: "right", sorts: true, render: (c) => <ScoreCell cluster={c} /> },
  {
    id: "revision",
    title: "Applied / desired",
    width: 142,
    align: "right",
    sorts: true,
    render: (c) => <RevisionCell cluster={c} />,
  },
  { id: "contact", title: "Last contact", width: 136, sorts: true, render: (c) => <ContactCell cluster={c} /> },
  {
    id: "clock",
    title: "Clock offset",
    width: 104,
    align: "right",
    hideUnder: 1_360,
    sorts: true,
    render: (c) => <ClockCell cluster={c} />,
  },
  {
    id: "version",
    title: "Version",
    width: 84,
    hideUnder: 1_260,
    sorts: true,
    render: (c) => (c.version === "" ? <Unknown /> : c.version),
  },
  {
    id: "labels",
    title: "Labels",
    width: 130,
    grow: 2,
    hideUnder: 1_140,
    sorts: true,
    render: (c) => <LabelsCell cluster={c} />,
  },
];

function number(n: number | null | undefined) {
  return n === null || n === undefined ? <Unknown why="Not known; its inventory says why" /> : count(n);
}

/** Draws a cluster in two lines, for narrow screens. */
export function compactFor(opening: Opening) {
  return (cluster: Cluster, tabIndex: 0 | -1) => (
    <div className={classes.lines}>
      <div className={classes.line}>
        <NameCell cluster={cluster} opening={opening} tabIndex={tabIndex} />
        <StatusCell cluster={cluster} />
      </div>
      <div className={classes.line}>
        <span>
          <ContactCell cluster={cluster} />
        </span>
        <span>
          <RevisionCell cluster={cluster} />
        </span>
        <ScoreCell cluster={cluster} />
      </div>
    </div>
  );
}
