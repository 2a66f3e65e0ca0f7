import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import { useFeed, useMessage, useRefusedFeed } from "./feed.ts";
import { Gatherer } from "./gather.ts";

/**
 * Says what became old when something was recorded. The first part of a query's key names what it is about; the
 * summary is kept up to date message by message, and read anew only after a break of the feed.
 */
export function useRefresh(): void {
  const client = useQueryClient();
  const feed = useFeed();
  const wasStale = useRef(false);
  useEffect(() => {
    if (feed.is === "stale") {
      wasStale.current = true;
    } else if (feed.is === "live" && wasStale.current) {
      wasStale.current = false;
      void client.invalidateQueries();
    }
  }, [feed.is, client]);
  useRefusedFeed(() => void client.invalidateQueries({ queryKey: ["session"] })); // a server that began anew knows none
  useMessage("hello", () => void client.invalidateQueries({ predicate: (q) => aboutSelf.has(String(q.queryKey[0])) }));
  const gatherer = useMemo(
    () => new Gatherer((old) => void client.invalidateQueries({ predicate: (q) => old.has(String(q.queryKey[0])) })),
    [client],
  );
  useEffect(() => () => gatherer.stop(), [gatherer]);
  useMessage("event", (event) => gatherer.add(whatChanged(event.kind)));
  useMessage("rollout", () => void client.invalidateQueries({ queryKey: ["rollouts"] }));
}

const aboutSelf = new Set(["version", "member", "session", "fleet", "tokens"]);
const aboutPolicy = new Set(["policy", "revisions", "history", "events", "status", "matrix", "rollouts", "change"]);
const aboutFleet = new Set([
  "member",
  "tokens",
  "events",
  "status",
  "matrix",
  "version",
  "users",
  "certificates",
  "policy",
]);

/** The first parts of the keys of the queries that an event makes old. */
export function whatChanged(kind: string): ReadonlySet<string> {
  return /^(cluster|token|member|user|settings|drift|federation)/.test(kind) ? aboutFleet : aboutPolicy;
}
