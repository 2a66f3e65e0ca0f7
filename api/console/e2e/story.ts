import { expect, test, type Browser, type Page } from "@playwright/test";
import { expectVisibleFocus, keys, type Hand } from "./hands.ts";
import { fleetRow, goTo, logIn, policyRow } from "./pages.ts";
import type { Cluster, Wire, World } from "./world.ts";

interface Scene {
  hand: Hand;
  hub: Cluster;
  berlin: Cluster;
  wire: Wire;
  /** The console of each, each in a browser of its own. */
  atHub: Page;
  atBerlin: Page;
}

/** The whole story of two clusters, as it is told at their consoles, from beginning to end. */
export async function tellStory(world: World, browser: Browser, hand: Hand): Promise<void> {
  const hub = await world.cluster("hub");
  const berlin = await world.cluster("berlin");
  const wire = await world.wire(hub);
  const atHub = await (await browser.newContext()).newPage();
  const atBerlin = await (await browser.newContext()).newPage();
  const scene = { hand, hub, berlin, wire, atHub, atBerlin };
  await test.step("log in at both", async () => {
    await logIn(atHub, hub, "/", hand);
    await logIn(atBerlin, berlin, "/", hand);
  });
  await test.step("promote", () => promote(scene));
  const token = await test.step("make a token, which is shown once", () => makeToken(scene));
  await test.step("paste it at the remote, and see the remote appear at the master", () => join(scene, token));
  await test.step("write a group and a rule, and publish them", () => writeRule(scene));
  await test.step("see it at the remote, first and read-only", () => lookAtRemote(scene));
  await test.step("cut the remote and heal it", () => cutAndHeal(scene));
  await test.step("see in the history who did what, and roll it back", () => rollBack(scene));
  await test.step("leave", () => leave(scene));
  await Promise.all([atHub.context().close(), atBerlin.context().close()]);
}

async function promote({ hand, wire, atHub }: Scene): Promise<void> {
  await goTo(atHub, "Federation", hand);
  const form = atHub.getByRole("form", { name: "Promote to master" });
  await hand.fill(form.getByLabel("Address of fed-master"), wire.host);
  await hand.fill(form.getByLabel("Port"), String(wire.port));
  await hand.press(form.getByRole("button", { name: "Promote to master" }));
  await expect(atHub.getByRole("heading", { name: "Admit clusters" })).toBeVisible();
}

async function makeToken({ hand, atHub }: Scene): Promise<string> {
  await hand.press(atHub.getByRole("button", { name: "Make a token" }));
  const minted = atHub.getByRole("region", { name: "The new token" });
  await expect(minted.getByRole("timer")).toHaveText(/^Valid for (59|60):\d\d /);
  const text = await minted.getByLabel("Join token").inputValue();
  await atHub.reload();
  await expect(atHub.getByRole("heading", { name: "Join tokens" })).toBeVisible();
  await expect(atHub.getByLabel("Join token", { exact: true })).toHaveCount(0);
  return text;
}

const shop = { name: "shop", criteria: [{ key: "service", op: "=", value: "shop" }] };

async function join({ hand, hub, wire, atHub, atBerlin }: Scene, token: string): Promise<void> {
  await goTo(atHub, "Fleet", hand);
  await goTo(atBerlin, "Federation", hand);
  const form = atBerlin.getByRole("form", { name: "Join a federation" });
  await hand.fill(form.getByLabel("Join token"), token);
  await expect(form.getByLabel("Address of the master")).toHaveValue(wire.host);
  await expect(form.getByLabel("Port")).toHaveValue(String(wire.port));
  await hand.press(form.getByRole("button", { name: "Join" }));
  await expect(atBerlin.getByRole("heading", { name: "berlin is a remote" })).toBeVisible();
  await expect(fleetRow(atHub, "berlin")).toContainText("synced"); // nobody reloaded the master's page
  const { revision } = (await hub.call("POST", "/v1/fed/change", {
    edits: [{ op: "upsert", kind: "group", object: { ...shop, name: "fed.before" } }],
  })) as { revision: number };
  await expect(fleetRow(atHub, "hub")).toContainText(`${revision} / ${revision}`); // what is edited now is edited on top of that
  await expect(fleetRow(atHub, "berlin")).toContainText(`${revision} / ${revision}`);
}

async function writeRule({ hand, berlin, atHub }: Scene): Promise<void> {
  await berlin.call("POST", "/v1/fed/change", {
    scope: "local",
    edits: [
      { op: "upsert", kind: "group", object: shop },
      { op: "upsert", kind: "network", object: { from: "external", to: "shop", action: "allow", comment: "own" } },
    ],
  });
  await goTo(atHub, "Groups", hand);
  await hand.pick(atHub.getByRole("button", { name: "Add group" }), "Federated: for all clusters or some");
  const group = atHub.getByRole("dialog", { name: "New group" });
  await hand.fill(group.getByRole("textbox", { name: "Name" }), "web");
  await hand.press(group.getByRole("button", { name: "Add a criterion" }));
  await hand.fill(group.getByRole("combobox", { name: "Key" }), "service");
  await hand.fill(group.getByRole("textbox", { name: "Value" }), "web");
  await hand.press(group.getByRole("button", { name: "Stage" }));
  await expect(atHub.getByRole("table", { name: "Groups" })).toContainText("fed.web");

  await goTo(atHub, "Network rules", hand);
  await hand.pick(atHub.getByRole("button", { name: "Add network rule" }), "Federated: for all clusters or some");
  const rule = atHub.getByRole("dialog", { name: "New network rule" });
  await hand.fill(rule.getByRole("combobox", { name: "From" }), "external");
  await hand.fill(rule.getByRole("combobox", { name: "To", exact: true }), "fed.web");
  await hand.fill(rule.getByLabel("Comment"), "customers");
  await hand.press(rule.getByRole("button", { name: "Stage" }));
  await expect(policyRow(atHub, "Network rules", 1)).toContainText("staged: new");

  await hand.press(atHub.getByRole("link", { name: "Review and publish" }));
  await expect(atHub.getByRole("heading", { level: 1, name: "Change set" })).toBeVisible();
  await expect(atHub.getByRole("button", { name: "Publish…" })).not.toHaveAttribute("aria-disabled");
  await hand.press(atHub.getByRole("button", { name: "Publish…" }));
  const publish = atHub.getByRole("dialog", { name: "Publish the change set" });
  await expect(publish.getByRole("radio", { name: "All at once" })).toBeChecked();
  await hand.press(publish.getByRole("button", { name: "Publish", exact: true }));
  await expect(atHub.getByText(/^Published: revision \d+$/)).toBeVisible();
  await expect(atHub.getByText("Every cluster that it is for holds it.")).toBeVisible();
  await expect(atHub.getByText(/^2 of 2 in /)).toBeVisible();
}

async function lookAtRemote({ hand, atHub }: Scene): Promise<void> {
  await hand.switchTo(atHub, "berlin");
  await expect(atHub.getByRole("region", { name: "Switched cluster" })).toContainText("Remote berlin, via master hub");
  await goTo(atHub, "Network rules", hand);
  const [first, second] = [policyRow(atHub, "Network rules", 1), policyRow(atHub, "Network rules", 2)];
  await expect(first).toContainText("federated");
  await expect(first).toContainText("customers");
  const lock = first.getByRole("button", { name: /Federated policy is changed at the master only/ });
  await hand.press(lock);
  await expect(atHub.getByRole("menuitem")).toHaveText(["Details"]);
  if (hand === keys) {
    await atHub.keyboard.press("ArrowDown");
    await expectVisibleFocus(atHub);
  }
  await atHub.keyboard.press("Escape");
  await expect(first.getByRole("checkbox")).toHaveCount(0);
  await expect(second).toContainText("own");
  await expect(second).not.toContainText("federated");
  await hand.press(atHub.getByRole("button", { name: "Back to hub" }));
  await expect(atHub.getByRole("region", { name: "Switched cluster" })).toHaveCount(0);
}

async function cutAndHeal({ wire, atHub }: Scene): Promise<void> {
  const row = fleetRow(atHub, "berlin");
  await expect(row).toContainText("synced");
  wire.cut();
  await expect(row).toContainText("disconnected");
  await expect(row).toContainText("unknown");
  await expect(row).toContainText("down since");
  wire.heal();
  await expect(row).toContainText("synced");
  await expect(row).not.toContainText("unknown");
}

async function rollBack({ hand, atHub }: Scene): Promise<void> {
  await goTo(atHub, "History", hand);
  const sets = atHub.getByRole("list", { name: "Change sets, newest first" });
  const newest = sets.getByRole("listitem").filter({ hasText: "by admin" }).first();
  await hand.press(newest.getByRole("button", { expanded: false }));
  await hand.press(newest.getByRole("button", { name: "Look it up" }));
  await expect(newest).toContainText("POST /v1/fed/change");
  await expect(newest).toContainText("fed.web");
  await hand.press(newest.getByRole("button", { name: "Roll back to before this" }));
  const dialog = atHub.getByRole("dialog", { name: /^Roll back to revision/ });
  await expect(dialog).toContainText("2 objects change");
  await hand.press(dialog.getByRole("button", { name: "Roll back", exact: true }));
  await expect(dialog).toHaveCount(0);
  await goTo(atHub, "Network rules", hand);
  await expect(atHub.getByText("There is no network rule yet.")).toBeVisible();
  await hand.switchTo(atHub, "berlin");
  await expect(policyRow(atHub, "Network rules", 1)).toContainText("own");
  await expect(atHub.getByRole("table", { name: "Network rules" })).not.toContainText("federated");
  await hand.press(atHub.getByRole("button", { name: "Back to hub" }));
}

async function leave({ hand, atHub, atBerlin }: Scene): Promise<void> {
  await goTo(atHub, "Fleet", hand);
  await hand.press(atBerlin.getByRole("button", { name: "Leave…" }));
  const dialog = atBerlin.getByRole("dialog", { name: "Leave the federation?" });
  await hand.press(dialog.getByRole("button", { name: "Leave", exact: true }));
  await expect(atBerlin.getByRole("form", { name: "Join a federation" })).toBeVisible();
  await expect(fleetRow(atHub, "berlin")).toHaveCount(0);
  await expect(fleetRow(atHub, "hub")).toBeVisible();
  await goTo(atHub, "History", hand);
  await hand.turnTo(atHub.getByRole("tab", { name: "Events" }));
  await expect(atHub.getByRole("listitem").filter({ hasText: "cluster left" })).toBeVisible();
}
