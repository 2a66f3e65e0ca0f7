import type { Page } from "@playwright/test";
import { tabTo } from "./hands.ts";
import { fleetRow, goTo, logIn } from "./pages.ts";
import { admin, expect, test, World, type Cluster } from "./world.ts";

let world: World;
let hub: Cluster;

const password = "Correct-Horse-9";
const newPassword = "Battery-Staple-7";

test.beforeAll(async () => {
  world = await World.begin();
  ({ master: hub } = await world.federation("berlin"));
  for (const role of ["reader", "fedReader", "admin", "fedAdmin"]) {
    await hub.call("POST", "/v1/user", { user: { username: nameOf(role), fullname: role, role, password } });
  }
});

test.afterAll(() => world.end());

const nameOf = (role: string) => `a-${role}`;
const as = (role: string) => ({ user: nameOf(role), password });

/** Looks at a button: whether it can be used, or why not. */
async function expectReason(page: Page, button: string, reason: string | undefined): Promise<void> {
  const shown = page.getByRole("button", { name: button, exact: true });
  if (reason === undefined) {
    await expect(shown).not.toHaveAttribute("aria-disabled");
    return;
  }
  await expect(shown).toHaveAttribute("aria-disabled", "true");
  await expect(shown).toHaveAttribute("aria-description", reason);
  await tabTo(shown); // the reason is there for everyone who gets to the button
  await expect(page.getByRole("tooltip").filter({ hasText: reason }).first()).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toHaveCount(0);
}

const needs = (role: string, has: string) => `This needs the role ${role}; yours is ${has}.`;

interface May {
  role: string;
  /** Change the cluster's own policy, and its users. */
  local: boolean;
  /** Change what is for all clusters. */
  federal: boolean;
}

const roles: May[] = [
  { role: "reader", local: false, federal: false },
  { role: "fedReader", local: false, federal: false },
  { role: "admin", local: true, federal: false },
  { role: "fedAdmin", local: true, federal: true },
];

for (const { role, local, federal } of roles) {
  test(`a ${role} sees what it may do, and why not the rest`, async ({ page }) => {
    const noFederal = federal ? undefined : needs("fedAdmin", role);
    const noLocal = local ? undefined : needs("admin", role);
    await logIn(page, hub, "/fleet", undefined, as(role));
    await fleetRow(page, "berlin").getByRole("link", { name: "berlin" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "berlin" })).toBeVisible();
    for (const button of ["Resync", "Edit labels", "Remove"]) {
      await expectReason(page, button, noFederal);
    }
    await goTo(page, "Federation");
    for (const button of ["Make a token", "Demote…"]) {
      await expectReason(page, button, noFederal);
    }
    await goTo(page, "Groups");
    await expectReason(page, "Add group", noLocal);
    await expectReason(page, "Import", noLocal);
    await goTo(page, "Settings");
    await expectReason(page, "Save", noFederal);
    await page.getByRole("tab", { name: "Users" }).click();
    await expect(page.getByRole("row", { name: /a-fedReader/ })).toBeVisible();
    await expectReason(page, "Add a user", noLocal);
    await page.getByRole("button", { name: `Account of ${nameOf(role)}` }).click();
    await expect(page.getByText(`${nameOf(role)}, role ${role}`)).toBeVisible();
  });
}

test("only fedAdmins write for all clusters; the server does not trust the page", async ({ page }) => {
  await logIn(page, hub, "/policy/group", undefined, as("admin"));
  await page.getByRole("button", { name: "Add group" }).click(); // no menu: there is one thing that it may add
  const editor = page.getByRole("dialog", { name: "New group" });
  await expect(editor.getByLabel("Clusters")).toHaveCount(0);
  await editor.getByRole("button", { name: "Cancel" }).click();
  const status = await page.evaluate(async () => {
    const answer = await window.fetch("/v1/fed/change", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ edits: [{ op: "delete", kind: "group", name: "fed.web" }] }),
    });
    return answer.status;
  });
  expect(status).toBe(403);
});

test("a first password is changed at the login", async ({ page }) => {
  await hub.call("POST", "/v1/user", {
    user: { username: "novice", fullname: "", role: "reader", password, modify_password: true },
  });
  await page.goto(hub.url);
  await page.getByLabel("User", { exact: true }).fill("novice");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("status")).toHaveText("This password was only for the first time. Choose your own now.");
  const change = page.getByRole("button", { name: "Change password and log in" });
  await page.getByLabel("New password", { exact: true }).fill("short");
  await page.getByLabel("New password again").fill("other");
  await change.click();
  await expect(page.getByText("The two are not the same.")).toBeVisible();
  await page.getByLabel("New password again").fill("short");
  await change.click();
  await expect(page.getByRole("alert")).toContainText("password is too weak");
  await page.getByLabel("New password", { exact: true }).fill(newPassword);
  await page.getByLabel("New password again").fill(newPassword);
  await change.click();
  await expect(page.getByRole("button", { name: "Account of novice" })).toBeVisible();

  await page.context().clearCookies();
  await logIn(page, hub, "/fleet", undefined, { user: "novice", password: newPassword });
});

test("a wrong password is refused, and one logs out for good", async ({ page }) => {
  await page.goto(`${hub.url}/settings`);
  await page.getByLabel("User", { exact: true }).fill(admin.user);
  await page.getByLabel("Password", { exact: true }).fill("wrong");
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("alert")).toContainText("Not logged in");
  await page.getByLabel("Password", { exact: true }).fill(admin.password);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible(); // where one came for
  await page.getByRole("button", { name: "Account of admin" }).click();
  await page.getByRole("menuitem", { name: "Log out" }).click();
  await expect(page.getByRole("button", { name: "Log in" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("button", { name: "Log in" })).toBeVisible();
  await page.goBack().catch(() => null);
  await expect(page.getByRole("navigation", { name: "Pages" })).toHaveCount(0);
});
