import { describe, expect, test } from "vitest";
import type { Cluster } from "../../hooks/fleet.ts";
import { factsOf, natural } from "./facts.ts";
import { choicesOf, filtered, inOrder, readFilter } from "./filter.ts";
import { ordered } from "./order.ts";

function cluster(name: string, more: Partial<Cluster> = {}): Cluster {
  return {
    id: `id-${name}`,
    name,
    role: "joint",
    rest_info: { server: "", port: 0 },
    status: "synced",
    rule_state: "applied",
    link_up: true,
    link_since: null,
    last_heartbeat: "2026-01-01T00:00:00Z",
    desired_revision: 1,
    applied_revision: 1,
    digest: "",
    digest_match: true,
    clock_offset_ms: 0,
    version: "1",
    enforcer: "none",
    error: "",
    joined_at: null,
    labels: {},
    enforced_revision: 1,
    inventory: null,
    ...more,
  };
}

const fleet = (...clusters: Cluster[]) => new Map(clusters.map((c) => [c.id, c]));

describe("facts", () => {
  const before = fleet(cluster("a"), cluster("b"));
  const facts = factsOf(new Map(), before);

  test("stay the same when a cluster only was heard from", () => {
    const [a, b] = [...before.values()];
    const after = fleet(
      { ...(a as Cluster), last_heartbeat: "2026-01-01T00:00:05Z", clock_offset_ms: 4 },
      b as Cluster,
    );
    expect(factsOf(facts, after)).toBe(facts);
  });

  test("change with a status, a newcomer and one that went", () => {
    const [a, b] = [...before.values()] as [Cluster, Cluster];
    expect(factsOf(facts, fleet({ ...a, status: "diverged" }, b))).not.toBe(facts);
    expect(factsOf(facts, fleet(a, b, cluster("c"))).size).toBe(3);
    expect(factsOf(facts, fleet(a)).size).toBe(1);
    expect(factsOf(facts, fleet(a, cluster("c")))).not.toBe(facts);
  });

  test("keep what was worked out for clusters that stayed", () => {
    const [a, b] = [...before.values()] as [Cluster, Cluster];
    const after = factsOf(facts, fleet(a, { ...b, status: "diverged" }));
    expect(after.get(a.id)).toBe(facts.get(a.id));
  });
});

describe("filter", () => {
  const facts = factsOf(
    new Map(),
    fleet(
      cluster("oslo-1", { labels: { region: "eu", env: "prod" } }),
      cluster("oslo-2", { labels: { region: "eu", env: "test" }, status: "disconnected" }),
      cluster("lima-1", { labels: { region: "sa" }, version: "2" }),
    ),
  );
  const names = (search: Parameters<typeof readFilter>[0]) =>
    filtered(facts, readFilter(search)).entries.map((e) => e.cluster.name);

  test("by every word, label, status and version", () => {
    expect(names({})).toEqual(["oslo-1", "oslo-2", "lima-1"]);
    expect(names({ q: "OSLO prod" })).toEqual(["oslo-1"]);
    expect(names({ label: "region=eu, env=test" })).toEqual(["oslo-2"]);
    expect(names({ label: "env" })).toEqual(["oslo-1", "oslo-2"]);
    expect(names({ status: "disconnected" })).toEqual(["oslo-2"]);
    expect(names({ version: "2" })).toEqual(["lima-1"]);
  });

  test("counts by status without the choice of status, and keeps statuses that have none left", () => {
    const { byStatus } = filtered(facts, readFilter({ status: "disconnected", q: "lima" }));
    expect(Object.fromEntries(byStatus)).toEqual({ synced: 1, disconnected: 0 });
  });

  test("offers what there is", () => {
    expect(choicesOf(facts)).toEqual({
      versions: ["1", "2"],
      keys: ["env", "region"],
      labels: ["env=prod", "env=test", "region=eu", "region=sa"],
    });
  });

  test("puts what needs attention first", () => {
    expect(inOrder(["synced", "new word", "disconnected"])).toEqual(["disconnected", "synced", "new word"]);
  });
});

describe("order", () => {
  const clusters = fleet(
    cluster("n10", { last_heartbeat: null }),
    cluster("n9", { last_heartbeat: "2026-01-01T00:00:09Z" }),
    cluster("N1", { last_heartbeat: "2026-01-01T00:00:01Z" }),
  );
  const entries = [...factsOf(new Map(), clusters).values()];
  const names = (by: string, isDown: boolean) =>
    ordered(entries, { by, isDown }, clusters).map((id) => clusters.get(id)?.name);

  test("numbers in names count by their size", () => {
    expect(names("name", false)).toEqual(["N1", "n9", "n10"]);
    expect(natural("a2") < natural("a10")).toBe(true);
  });

  test("what is not known comes last in both directions", () => {
    expect(names("contact", false)).toEqual(["N1", "n9", "n10"]);
    expect(names("contact", true)).toEqual(["n9", "N1", "n10"]);
  });

  test("what is alike goes by name", () => {
    expect(names("score", true)).toEqual(["N1", "n9", "n10"]);
  });
});
