import type { MouseEvent } from "react";
import { useNow } from "../../hooks/now.ts";
import type { Cluster } from "../../hooks/fleet.ts";
import { roleWord, ruleStateWord, statusWord, type Word } from "../../parts/words.ts";
import { distance, utc } from "../../ui/Moment.tsx";
import { count, duration } from "../../ui/number.ts";
import classes from "./fleet.module.css";

// Cells are plain: a table that is scrolled makes and drops many of them in a frame.

const today = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const earlier = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const dayMs = 86_400_000;

/** A word of the interface with its color, light enough for a table. */
export function WordCell({ word, why }: { word: Word; why?: string | undefined }) {
  return (
    <span className={classes.word} title={why === undefined || why === "" ? word.means : why}>
      <span className={classes.dot} style={{ background: colorOf(word) }} aria-hidden />
      {word.label}
    </span>
  );
}

/** The color of a word where it fills a shape. */
export function colorOf(word: Word): string {
  return `var(--mantine-color-${word.color}-6)`;
}

/** Where the page of a cluster is, and how to get there without loading the console anew. */
export interface Opening {
  href: (id: string) => string;
  open: (id: string) => void;
}

export function NameCell({ cluster, opening, tabIndex }: { cluster: Cluster; opening: Opening; tabIndex: 0 | -1 }) {
  const follow = (e: MouseEvent) => {
    if (e.button === 0 && !e.ctrlKey && !e.metaKey && !e.shiftKey && !e.altKey) {
      e.preventDefault();
      opening.open(cluster.id);
    }
  };
  return (
    <span className={classes.name}>
      <a className={classes.link} href={opening.href(cluster.id)} tabIndex={tabIndex} onClick={follow}>
        {cluster.name}
      </a>
      {cluster.role !== "joint" && <span className={classes.quiet}>{roleWord(cluster.role).label}</span>}
    </span>
  );
}

export function StatusCell({ cluster }: { cluster: Cluster }) {
  return <WordCell word={statusWord(cluster.status)} why={cluster.error} />;
}

export function RulesCell({ cluster }: { cluster: Cluster }) {
  return cluster.rule_state === "" ? (
    <Unknown />
  ) : (
    <WordCell word={ruleStateWord(cluster.rule_state, cluster.enforcer)} />
  );
}

/** Stands where nothing is known: that is never 0. */
export function Unknown({ why = "Not known" }: { why?: string }) {
  return (
    <span className={classes.quiet} title={why}>
      –
    </span>
  );
}

export function ScoreCell({ cluster }: { cluster: Cluster }) {
  const score = cluster.inventory?.score;
  if (score === undefined || score.total === null) {
    return <Unknown why="No score is known; small is good" />;
  }
  return (
    <span title="From 0 to 100; small is good">
      {count(score.total)} <span className={score.word === "POOR" ? classes.warn : classes.quiet}>{score.word}</span>
    </span>
  );
}

export function RevisionCell({ cluster }: { cluster: Cluster }) {
  const { applied_revision: applied, desired_revision: desired } = cluster;
  const behind = desired - applied;
  return (
    <span title={behind > 0 ? `${count(behind)} behind` : "It holds the newest revision"}>
      {behind > 0 ? <b>{count(applied)}</b> : count(applied)}
      <span className={classes.quiet}> / {count(desired)}</span>
    </span>
  );
}

/** When a cluster was last heard from, or since when it is not. */
export function ContactCell({ cluster }: { cluster: Cluster }) {
  if (cluster.status === "disconnected") {
    const since = cluster.link_up ? cluster.last_heartbeat : (cluster.link_since ?? cluster.last_heartbeat);
    return since === null ? (
      <span className={classes.warn}>never heard from</span>
    ) : (
      <span className={classes.warn} title={utc(new Date(since))}>
        down since <Since at={since} />
      </span>
    );
  }
  return cluster.last_heartbeat === null ? (
    <Unknown why="It has not reported yet" />
  ) : (
    <Ago at={cluster.last_heartbeat} />
  );
}

function Since({ at }: { at: string }) {
  const time = Date.parse(at);
  const now = useNow(false);
  return <time dateTime={at}>{(now - time > dayMs / 2 ? earlier : today).format(time)}</time>;
}

/** Only rows in view have one, so only they tick. */
function Ago({ at }: { at: string }) {
  const now = useNow();
  const time = Date.parse(at);
  return (
    <time dateTime={at} title={utc(new Date(time))}>
      {distance(Math.min(0, time - now))}
    </time>
  );
}

export function ClockCell({ cluster }: { cluster: Cluster }) {
  const { clock_offset_ms: offset, last_heartbeat, role } = cluster;
  if (last_heartbeat === null || role !== "joint") {
    return (
      <Unknown why={role === "joint" ? "It has not reported yet" : "It is the clock that others are compared with"} />
    );
  }
  return (
    <span className={Math.abs(offset) > 2_000 ? classes.warn : undefined}>
      {offset > 0 ? "+" : ""}
      {duration(offset)}
    </span>
  );
}

export function AddressCell({ cluster }: { cluster: Cluster }) {
  const { server, port } = cluster.rest_info;
  return server === "" ? <Unknown /> : <span title={`${server}:${port}`}>{`${server}:${port}`}</span>;
}

export function LabelsCell({ cluster }: { cluster: Cluster }) {
  const text = Object.entries(cluster.labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(", ");
  return text === "" ? <Unknown why="It has no labels" /> : <span title={text}>{text}</span>;
}
