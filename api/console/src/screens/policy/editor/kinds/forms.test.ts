import { describe, expect, test } from "vitest";
import type { Scope } from "../../../../hooks/draft.ts";
import type { Around, Listed } from "../around.ts";
import type { Common, KindForm } from "../form.ts";
import { admissionForm } from "./admission.ts";
import { admissionStateForm } from "./admissionState.ts";
import { fileForm } from "./file.ts";
import { groupForm } from "./group.ts";
import { networkForm } from "./network.ts";
import { processForm } from "./process.ts";
import { responseForm } from "./response.ts";
import { sensorForm } from "./sensor.ts";
import { sensorGroupForm } from "./sensorGroup.ts";
import { webhookForm } from "./webhook.ts";

const listed = (name: string, object = {}): Listed => ({ name, object, isStaged: false });

const around: Around = {
  isNew: false,
  name: undefined,
  siblings: [],
  groups: [
    listed("fed.web"),
    listed("web"),
    listed("fed.addresses", { criteria: [{ key: "address", op: "=", value: "10.0.0.1" }] }),
  ],
  parts: [listed("fed.hook"), listed("fed.sensor")],
  problem: undefined,
};

/** The config that a form makes of an object, and of what it made. */
function roundTrip<V extends Common>(form: KindForm<V>, object: object, scope: Scope = "fed") {
  const values = form.read({ ...object }, scope);
  expect(form.check(values, scope, around)).toEqual({});
  const config = form.write(values, scope);
  expect(form.write(form.read(config, scope), scope)).toEqual(config);
  return config;
}

function wrong<V extends Common>(form: KindForm<V>, object: object, scope: Scope = "fed", more: Partial<Around> = {}) {
  return Object.keys(form.check(form.read({ ...object }, scope), scope, { ...around, ...more })).sort();
}

const meta = { cfg_type: "federal", created_timestamp: 1, last_modified_timestamp: 2 };

describe("what is read is written", () => {
  test("a group", () => {
    const said = {
      name: "fed.web",
      comment: "all of the web",
      criteria: [{ key: "image", op: "contains", value: "nginx" }],
      monitor_metric: true,
      group_sess_cur: 5,
      group_sess_rate: 6,
      group_band_width: 7,
      targets: "env=prod",
    };
    expect(roundTrip(groupForm, { ...said, ...meta, reserved: false, members: [], policy_rules: [] })).toEqual(said);
  });

  test("a reserved group, without its criteria", () => {
    const config = roundTrip(groupForm, { name: "fed.nodes", reserved: true, criteria: [] });
    expect(config).not.toHaveProperty("criteria");
  });

  test("a network rule", () => {
    const said = {
      comment: "",
      from: "fed.web",
      to: "external",
      ports: "tcp/443,udp/53-60",
      action: "allow",
      applications: ["HTTP", "SSL"],
      disable: true,
      priority: 3,
      targets: "",
    };
    expect(roundTrip(networkForm, { id: 100001, ...said, ...meta, learned: false })).toEqual(said);
  });

  test("a network rule of any ports and applications", () => {
    const config = roundTrip(networkForm, { from: "fed.web", to: "nodes", ports: "any", applications: ["any"] });
    expect(config).toMatchObject({ ports: "any", applications: ["any"], action: "deny" });
  });

  test("an admission rule", () => {
    const said = {
      comment: "no old trouble",
      rule_type: "deny",
      rule_mode: "protect",
      criteria: [
        {
          name: "cveHighCount",
          op: ">=",
          value: "2",
          sub_criteria: [{ name: "publishDays", op: ">=", value: "30" }],
        },
        { name: "resourceLimit", op: "", value: "", sub_criteria: [{ name: "cpuLimit", op: ">", value: "500m" }] },
        {
          name: "customPath",
          op: "containsAny",
          value: "a,b",
          type: "customPath",
          path: "item.spec.containers[_].image",
          value_type: "string",
        },
        { name: "saBindRiskyRole", op: "containsTagAny", value: "risky_role_create_pod" },
      ],
      containers: ["init_containers"],
      disable: false,
      targets: "",
    };
    expect(roundTrip(admissionForm, { id: 100001, category: "Kubernetes", critical: false, ...said, ...meta })).toEqual(
      said,
    );
  });

  test("an exception has no mode, and all containers are none", () => {
    const object = {
      rule_type: "exception",
      rule_mode: "protect",
      criteria: [{ name: "namespace", op: "containsAny", value: "kube-system" }],
      containers: ["containers", "init_containers", "ephemeral_containers"],
    };
    expect(roundTrip(admissionForm, object)).toMatchObject({ rule_mode: "", containers: [] });
  });

  test("the state of admission control", () => {
    const said = { enable: true, mode: "protect", default_action: "deny", failure_policy: "fail", targets: "a" };
    expect(roundTrip(admissionStateForm, { ...said, defined: true, adm_client_mode: "service" })).toEqual(said);
  });

  test("a response rule", () => {
    const said = {
      event: "cve-report",
      comment: "",
      group: "fed.web",
      conditions: [
        { type: "cve-high-with-fix", value: "3/30" },
        { type: "level", value: "Critical" },
      ],
      actions: ["webhook"],
      webhooks: ["fed.hook"],
      disable: false,
      targets: "",
    };
    expect(roundTrip(responseForm, { id: 100001, ...said, ...meta })).toEqual(said);
  });

  test("a process profile, whose entries are a list of their own", () => {
    const process_list = [{ name: "nginx", path: "/usr/sbin/nginx", action: "allow", allow_update: true }];
    const stored = process_list.map((p) => ({ ...p, user: "", uid: 0, uuid: "", group: "fed.web", ...meta }));
    const said = {
      group: "fed.web",
      alert_disabled: true,
      hash_enabled: true,
      baseline: "basic",
      mode: "",
      targets: "",
    };
    expect(roundTrip(processForm, { ...said, ...meta, process_list: stored })).toEqual({ ...said, process_list });
  });

  test("a process profile of a cluster's own keeps its mode", () => {
    expect(roundTrip(processForm, { group: "web", mode: "Protect", process_list: [] }, "local")).toMatchObject({
      mode: "Protect",
    });
  });

  test("a file profile", () => {
    const filters = [{ filter: "/etc/*.conf", recursive: true, behavior: "block_access", applications: ["vi"] }];
    const stored = filters.map((f) => ({ ...f, group: "fed.web", ...meta }));
    expect(roundTrip(fileForm, { group: "fed.web", filters: stored, ...meta, targets: "" })).toEqual({
      group: "fed.web",
      filters,
      targets: "",
    });
  });

  test.each(["dlp", "waf"] as const)("a %s sensor, whose rules keep their numbers to themselves", (kind) => {
    const patterns = [{ key: "pattern", op: "regex", value: "a+", context: "url" }];
    const stored = {
      name: "fed.s",
      groups: [],
      rules: [{ name: "r", id: 20000, patterns, ...meta }],
      predefine: false,
    };
    expect(roundTrip(sensorForm(kind), { ...stored, comment: "c", targets: "" })).toEqual({
      name: "fed.s",
      comment: "c",
      rules: [{ name: "r", patterns }],
      targets: "",
    });
  });

  test("what binds sensors to a group, in both shapes", () => {
    const sensors = [{ name: "fed.sensor", action: "deny", comment: "" }];
    const form = sensorGroupForm("dlp-group");
    const config = roundTrip(form, { name: "fed.web", status: false, sensors, ...meta, targets: "" });
    expect(config).toEqual({ name: "fed.web", status: false, replace: sensors, targets: "" });
    // A staged edit lies over what is stored: its list counts.
    expect(form.write(form.read({ sensors: [], ...config }, "fed"), "fed")).toEqual(config);
  });

  test("a webhook", () => {
    const said = {
      name: "fed.hook",
      url: "https://example.com/x",
      enable: false,
      use_proxy: true,
      type: "Slack",
      targets: "",
    };
    expect(roundTrip(webhookForm, { ...said, ...meta })).toEqual(said);
  });

  test("only federated objects choose clusters", () => {
    const object = { name: "hook", url: "https://example.com", targets: "env=prod" };
    expect(roundTrip(webhookForm, object, "local")).not.toHaveProperty("targets");
    expect(roundTrip(webhookForm, { ...object, targets: " env == prod " })).toMatchObject({ targets: "env=prod" });
  });
});

describe("what is refused", () => {
  const criteria = [{ key: "image", op: "=", value: "a" }];
  test.each([
    ["no criterion", { name: "fed.a" }, ["criteria"]],
    ["a key of blanks", { name: "fed.a", criteria: [{ key: "a b", op: "=", value: "" }] }, ["criteria.0.key"]],
    [
      "no value to contain",
      { name: "fed.a", criteria: [{ key: "image", op: "contains", value: "" }] },
      ["criteria.0.value"],
    ],
    [
      "a mistyped address",
      { name: "fed.a", criteria: [{ key: "address", op: "=", value: "10.0.0.256" }] },
      ["criteria.0.value"],
    ],
    [
      "addresses beside others",
      { name: "fed.a", criteria: [...criteria, { key: "address", op: "=", value: "::1" }] },
      ["criteria"],
    ],
    ["targets that are none", { name: "fed.a", criteria, targets: "=" }, ["targets"]],
  ])("a group: %s", (_, object, want) => expect(wrong(groupForm, object)).toEqual(want));

  test("a new group: its name", () => {
    const fresh = { isNew: true, siblings: [listed("fed.web")] };
    expect(wrong(groupForm, { name: "", criteria }, "fed", fresh)).toEqual(["name"]);
    expect(wrong(groupForm, { name: "fed.a b", criteria }, "fed", fresh)).toEqual(["name"]);
    expect(wrong(groupForm, { name: "fed.web", criteria }, "fed", fresh)).toEqual(["name"]);
    expect(wrong(groupForm, { name: "nv.web", criteria }, "local", fresh)).toEqual(["name"]);
    expect(wrong(groupForm, { name: "fed.other", criteria }, "fed", fresh)).toEqual([]);
  });

  test.each([
    ["no ends", {}, "fed", ["from", "to"]],
    ["two special ends", { from: "external", to: "nodes" }, "fed", ["to"]],
    ["a group that is not federated", { from: "web", to: "nodes" }, "fed", ["from"]],
    ["a federated group", { from: "fed.web", to: "nodes" }, "local", ["from"]],
    ["a group that is not there", { from: "fed.gone", to: "nodes" }, "fed", ["from"]],
    ["a bad host", { from: "fed.web", to: "Host:a b" }, "fed", ["to"]],
    ["bad ports", { from: "fed.web", to: "nodes", ports: "http" }, "fed", ["ports"]],
  ] as const)("a network rule: %s", (_, object, scope, want) =>
    expect(wrong(networkForm, object, scope)).toEqual(want),
  );

  test.each([
    ["what only a deny rule knows", "exception", { name: "imageNoOS", op: "=", value: "true" }, ["criteria.0.name"]],
    ["an unknown operator", "deny", { name: "image", op: "regex", value: "a" }, ["criteria.0.op"]],
    ["no number", "deny", { name: "cveHighCount", op: ">=", value: "x" }, ["criteria.0.value"]],
    ["a score above 10", "deny", { name: "cveScoreCount", op: ">=", value: "11" }, ["criteria.0.value"]],
    ["no limit", "deny", { name: "resourceLimit", op: "", value: "" }, ["criteria.0.subs"]],
    [
      "a path to nowhere",
      "deny",
      { name: "customPath", path: "spec", value_type: "key", op: "exist" },
      ["criteria.0.path"],
    ],
    ["an unknown role", "deny", { name: "saBindRiskyRole", op: "containsTagAny", value: "x" }, ["criteria.0.value"]],
  ])("an admission rule: %s", (_, rule_type, criterion, want) =>
    expect(wrong(admissionForm, { rule_type, criteria: [criterion] })).toEqual(want),
  );

  test("an admission rule: a storage class beside anything but a namespace", () => {
    const strict = { name: "storageClassName", op: "containsAny", value: "fast" };
    const other = (name: string) => ({ name, op: "containsAny", value: "a" });
    expect(wrong(admissionForm, { rule_type: "deny", criteria: [strict, other("namespace")] })).toEqual([]);
    expect(wrong(admissionForm, { rule_type: "deny", criteria: [strict, other("image")] })).toEqual(["criteria"]);
  });

  test("a response rule", () => {
    const object = { event: "cve-report", conditions: [{ type: "cve-high", value: "1/2" }], actions: ["webhook"] };
    expect(wrong(responseForm, object)).toEqual(["conditions.0.value", "webhooks"]);
    expect(wrong(responseForm, { event: "event" })).toEqual(["actions", "conditions"]);
  });

  test.each([
    ["a relative path", { name: "a", path: "bin/a" }, ["processes.0.path"]],
    ["any name without a path", { name: "*", path: "" }, ["processes.0.path"]],
    ["everything denied", { name: "*", path: "/*", action: "deny" }, ["processes.0.path"]],
    ["no name", { name: " ", path: "/a" }, ["processes.0.name"]],
  ])("a process profile: %s", (_, process, want) =>
    expect(wrong(processForm, { group: "fed.web", process_list: [process] })).toEqual(want),
  );

  test("a profile of a group of addresses, or of one that has a profile with something in it", () => {
    expect(wrong(fileForm, { group: "fed.addresses" })).toEqual(["group"]);
    expect(
      wrong(fileForm, { group: "fed.web" }, "fed", { isNew: true, siblings: [listed("fed.web", { filters: [{}] })] }),
    ).toEqual(["group"]);
    expect(
      wrong(fileForm, { group: "fed.web" }, "fed", { isNew: true, siblings: [listed("fed.web", { filters: [] })] }),
    ).toEqual([]);
  });

  test.each(["etc", "/", "/a/../b", "/a[b]"])("a filter: %s", (filter) =>
    expect(wrong(fileForm, { group: "fed.web", filters: [{ filter }] })).toEqual(["filters.0.filter"]),
  );

  test("a sensor: patterns that are too long together", () => {
    const patterns = [1, 2, 3].map(() => ({ op: "regex", value: "a".repeat(400) }));
    expect(wrong(sensorForm("dlp"), { name: "fed.s", rules: [{ name: "r", patterns }] })).toEqual(["rules.0.patterns"]);
  });

  test.each(["", "example.com", "ftp://example.com", "https://", "https://me:secret@example.com"])(
    "a webhook: %s",
    (url) => expect(wrong(webhookForm, { name: "fed.h", url })).toEqual(["url"]),
  );

  test("a predefined sensor cannot be edited at all", () => {
    expect(sensorForm("dlp").fixed?.({ predefine: true })).toContain("predefined");
  });
});
