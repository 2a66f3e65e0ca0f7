import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import type { Cluster, World } from "./world.ts";

/** A federation with something of everything in it. */
export interface Example {
  hub: Cluster;
  berlin: Cluster;
  /** In no federation. */
  lab: Cluster;
  /** How the master knows the remote. */
  berlinId: string;
  rollout: string;
  revision: number;
}

const examples = join(import.meta.dirname, "../../../deploy/examples");
const files = ["demo", "groups", "admission", "sensors", "profiles", "responses"];
const places: Record<string, object> = {
  berlin: { env: "prod", region: "eu" },
  oslo: { env: "test", region: "eu" },
  tokyo: { env: "prod", region: "asia" },
};

/** Makes a master with three remotes and the policy of the examples, a rollout on its way, and a cluster alone. */
export async function example(world: World): Promise<Example> {
  const { master: hub, remotes } = await world.federation(...Object.keys(places));
  const [berlin] = remotes;
  if (berlin === undefined) {
    throw new Error("a federation without remotes");
  }
  const lab = await world.cluster("lab");
  const { joint_clusters: members } = (await hub.call("GET", "/v1/fed/member")) as {
    joint_clusters: { id: string; name: string }[];
  };
  for (const { id, name } of members) {
    await hub.call("PATCH", `/v1/fed/cluster/${id}`, { labels: places[name] });
  }
  for (const name of files) {
    await hub.call(
      "POST",
      `/v1/fed/policy/import?scope=fed&file=${name}.yaml`,
      await readFile(join(examples, `${name}.yaml`), "utf8"),
    );
  }
  await berlin.call("POST", "/v1/fed/change", { scope: "local", edits: ownEdits });
  const { rollout } = (await hub.call("POST", "/v1/fed/change", {
    edits: [{ op: "upsert", kind: "group", object: group("fed.canary", "a first try, in few clusters") }],
    rollout: { comment: "canary first", manual: true, waves: [{ selector: "env=test" }, { percent: 50 }] },
  })) as { rollout: string };
  const { revisions } = (await hub.call("GET", "/v1/fed/revision?limit=1")) as { revisions: { revision: number }[] };
  const berlinId = members.find(({ name }) => name === "berlin")?.id ?? "";
  return { hub, berlin, lab, berlinId, rollout, revision: revisions[0]?.revision ?? 0 };
}

const group = (name: string, comment: string) => ({
  name,
  comment,
  criteria: [{ key: "service", op: "=", value: name.replace("fed.", "") }],
});

const ownEdits = [
  { op: "upsert", kind: "group", object: group("archive", "of Berlin alone") },
  {
    op: "upsert",
    kind: "network",
    object: { from: "external", to: "archive", action: "deny", comment: "not from outside" },
  },
];

/** Puts edits into the change set of a page, as its editors do. */
export async function stage(page: Page, { revision }: Example): Promise<void> {
  const edits = [
    { op: "upsert", kind: "group", name: "fed.reports", isNew: true, object: group("fed.reports", "nightly reports") },
    { op: "delete", kind: "dlp-group", name: "fed.checkout", isNew: false },
    {
      op: "upsert",
      kind: "network",
      name: "new-1",
      isNew: true,
      object: { from: "fed.reports", to: "fed.postgres", ports: "tcp/5432", action: "allow", targets: "env=prod" },
    },
  ];
  const text = JSON.stringify({ edits, base: revision });
  await page.evaluate((draft) => localStorage.setItem("fedhub-draft//fed", draft), text);
}
