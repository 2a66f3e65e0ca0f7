import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { Page } from "@playwright/test";
import { example, stage, type Example } from "./example.ts";
import { goTo, logIn, policyRow, settled } from "./pages.ts";
import { aloneScreens, masterScreens, remoteScreens } from "./screens.ts";
import { expect, test, World } from "./world.ts";

/** What an attacker would like a browser to take for more than text. */
const payload = "<img src=x onerror=hacked=1><script>hacked=1</script>";

let world: World;
let fed: Example;

test.beforeAll(async () => {
  world = await World.begin();
  fed = await example(world);
  await fed.hub.call("POST", `/v1/fed/rollout/${fed.rollout}/abort`);
  await writePayloads();
  const { revisions } = (await fed.hub.call("GET", "/v1/fed/revision?limit=1")) as {
    revisions: { revision: number }[];
  };
  fed = { ...fed, revision: revisions[0]?.revision ?? 0 };
});

test.afterAll(() => world.end());

test.describe.configure({ timeout: 300_000 });

/** Writes the payload wherever the server takes a free text. */
async function writePayloads(): Promise<void> {
  const group = { name: "fed.evil", comment: payload, criteria: [{ key: "service", op: "=", value: payload }] };
  await fed.hub.call("POST", "/v1/fed/change", {
    edits: [
      { op: "upsert", kind: "group", object: group },
      {
        op: "upsert",
        kind: "network",
        object: { from: "external", to: "fed.evil", action: "deny", comment: payload },
        after: 0,
      },
      { op: "upsert", kind: "admission", object: { ...refusal, comment: payload } },
    ],
  });
  await fed.hub.call("POST", "/v1/user", {
    user: { username: "mallory", fullname: payload, role: "reader", password: "Correct-Horse-9" },
  });
}

const refusal = { rule_type: "deny", criteria: [{ name: "namespace", op: "containsAny", value: payload }] };

/** Counts what a page does that text does not do. */
function watch(page: Page): { dialogs: number; strangers: string[] } {
  const seen = { dialogs: 0, strangers: [] as string[] };
  page.on("dialog", (dialog) => {
    seen.dialogs++;
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    const isOwn = [fed.hub, fed.berlin, fed.lab].some((cluster) => cluster.url === url.origin);
    if (!isOwn && url.protocol !== "data:" && url.protocol !== "blob:") {
      seen.strangers.push(request.url());
    }
  });
  return seen;
}

async function expectOnlyText(page: Page, about: string): Promise<void> {
  const found = await page.evaluate(() => ({
    hacked: "hacked" in window,
    images: document.querySelectorAll('img[src="x"]').length,
    scripts: [...document.scripts].filter((script) => script.src === "").length,
  }));
  expect(found, about).toEqual({ hacked: false, images: 0, scripts: 0 });
}

test("hostile texts stay text on every screen, and no request leaves the origin", async ({ page }) => {
  const seen = watch(page);
  await logIn(page, fed.hub);
  await stage(page, fed);
  for (const { name, path, open } of masterScreens(fed)) {
    await page.goto(fed.hub.url + path);
    await settled(page);
    await open?.(page);
    await expectOnlyText(page, name);
  }
  for (const [cluster, screens] of [
    [fed.berlin, remoteScreens],
    [fed.lab, aloneScreens],
  ] as const) {
    await logIn(page, cluster);
    for (const { name, path } of screens) {
      await page.goto(cluster.url + path);
      await settled(page);
      await expectOnlyText(page, name);
    }
  }
  expect(seen).toEqual({ dialogs: 0, strangers: [] });
});

test("a hostile text is shown as it was written", async ({ page }) => {
  await logIn(page, fed.hub);
  await goTo(page, "Network rules");
  await expect(policyRow(page, "Network rules", 1)).toContainText(payload);
  await goTo(page, "Groups");
  await page.getByRole("searchbox", { name: "Filter Groups" }).fill("fed.evil");
  await expect(policyRow(page, "Groups", 1)).toContainText(payload);
  await page.goto(`${fed.hub.url}/policy/group?name=fed.evil&for=fed`);
  await expect(page.getByRole("dialog")).toContainText(payload);
  await page.goto(`${fed.hub.url}/settings?tab=users`);
  await expect(page.getByRole("row", { name: /mallory/ })).toContainText(payload);
  await goTo(page, "History");
  await page
    .getByRole("list", { name: "Change sets, newest first" })
    .getByRole("button", { expanded: false })
    .first()
    .click();
  await expect(page.getByText(payload).first()).toBeVisible();
  await page.goto(`${fed.berlin.url}/`);
  await logIn(page, fed.berlin, "/policy/network");
  await expect(policyRow(page, "Network rules", 1)).toContainText(payload);
  await expectOnlyText(page, "the remote");
});

test("what is typed and imported stays text, and so does what the server says of it", async ({ page }) => {
  await logIn(page, fed.hub, "/policy/group?edit=new&for=fed");
  const editor = page.getByRole("dialog", { name: "New group" });
  await editor.getByRole("textbox", { name: "Name" }).fill("typed");
  await editor.getByLabel("Comment").fill(payload);
  await editor.getByRole("button", { name: "Add a criterion" }).click();
  await editor.getByRole("combobox", { name: "Key" }).fill("service");
  await editor.getByRole("textbox", { name: "Value" }).fill(payload);
  await editor.getByRole("button", { name: "Stage" }).click();
  await page.getByRole("link", { name: "Review and publish" }).click();
  await expect(page.getByRole("region", { name: "Groups" })).toContainText(payload);
  await expectOnlyText(page, "the change set");

  await page.goto(`${fed.hub.url}/policy/group`);
  await page.getByRole("button", { name: "Import" }).click();
  const dialog = page.getByRole("dialog", { name: "Import policy" });
  await dialog.getByLabel("Text").fill(hostileFile);
  await dialog.getByRole("button", { name: "Try it" }).click();
  await expect(dialog.getByRole("table")).toContainText(payload);
  await dialog.getByLabel("Text").fill(`{${payload}`);
  await dialog.getByRole("button", { name: "Try it" }).click();
  await expect(dialog.getByRole("alert")).toBeVisible();
  await expectOnlyText(page, "the import");

  await page.goto(`${fed.hub.url}/fleet/${fed.berlinId}`);
  await page.getByRole("button", { name: "Edit labels" }).click();
  await page.getByRole("textbox", { name: "Value 1" }).fill(payload);
  await page.getByRole("button", { name: "Save labels" }).click();
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText(payload);
  await expectOnlyText(page, "a refused label");
});

const hostileFile = `apiVersion: neuvector.com/v1
kind: ${JSON.stringify(payload)}
metadata:
  name: ${JSON.stringify(payload)}
spec: {}
`;

test("no cluster gets a hostile name, and a console shows one as text all the same", async ({ page }) => {
  await expect(fed.lab.call("PATCH", "/v1/fed/config", { name: payload })).rejects.toThrow(/400/);
  const minted = (await fed.hub.call("GET", "/v1/fed/join_token")) as { join_token: string };
  const join = { join_token: minted.join_token, name: payload };
  await expect(fed.lab.call("POST", "/v1/fed/join", join)).rejects.toThrow(/400/);

  await logIn(page, fed.lab, "/settings");
  await page.getByRole("textbox", { name: "Name" }).fill(payload);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("alert")).toContainText("cannot be called");
  await expect(page.getByRole("alert")).toContainText("<img src=x onerror=hacked=1>");
  await expectOnlyText(page, "a refused name");

  // A master that was broken into might tell such names: the page must hold by itself.
  await page.route("**/v1/fed/live", (route) => route.abort());
  const summary = JSON.stringify(await fed.hub.call("GET", "/v1/fed/summary"));
  const body = summary.replaceAll('"berlin"', JSON.stringify(payload));
  await page.route("**/v1/fed/summary", (route) => route.fulfill({ contentType: "application/json", body }));
  await logIn(page, fed.hub, "/fleet");
  await expect(page.getByRole("grid", { name: "Clusters" }).getByRole("link", { name: payload })).toBeVisible();
  await page.getByRole("button", { name: /: switch$/ }).click();
  await expect(page.getByRole("option").filter({ hasText: payload })).toBeVisible();
  await page.goto(`${fed.hub.url}/fleet/${fed.berlinId}`);
  await expect(page.getByRole("heading", { level: 1, name: payload })).toBeVisible();
  await page.goto(`${fed.hub.url}/policy/group?at=${fed.berlinId}`);
  await expect(page.getByRole("region", { name: "Switched cluster" })).toContainText(payload);
  await page.goto(`${fed.hub.url}/policy/network?edit=new&for=fed`);
  await expect(page.getByText(/^Matches 4 of 4 clusters/)).toContainText(payload);
  await expectOnlyText(page, "a hostile name");
});

test("the policy for content is strict, and a script in the page does not run", async ({ page }) => {
  const answer = await page.goto(fed.hub.url);
  const policy = answer?.headers()["content-security-policy"] ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain("unsafe");
  await expect(page.getByRole("button", { name: "Log in" })).toBeVisible();
  const blocked = await page.evaluate(
    () =>
      new Promise<string[]>((resolve) => {
        const seen: string[] = [];
        document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => {
          seen.push(effectiveDirective);
          if (seen.length === 2) {
            resolve(seen.sort());
          }
        });
        const script = document.createElement("script");
        script.textContent = "hacked = 1";
        const image = document.createElement("div");
        image.setAttribute("onclick", "hacked = 1");
        document.body.append(script, image);
        image.click();
      }),
  );
  expect(blocked).toEqual(["script-src-attr", "script-src-elem"]);
  expect(await page.evaluate(() => "hacked" in window)).toBe(false);
});

test("no other page has the console in a frame, or acts with its cookie", async ({ page, context }) => {
  await logIn(page, fed.hub);
  const [cookie] = await context.cookies(fed.hub.url);
  expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: "Strict" });
  expect(await page.evaluate(() => document.cookie)).toBe("");

  const { server, url } = await strangerSite();
  const refused = page.waitForEvent("console", (message) => message.text().includes("frame-ancestors"));
  await page.goto(url);
  await refused;
  expect(page.frames().map((frame) => frame.url())).toEqual([`${url}/`, "chrome-error://chromewebdata/"]);
  await expect(page.frameLocator("iframe").getByRole("navigation")).toHaveCount(0);

  const before = await countAll();
  for (const [method, path] of [
    ["POST", "/v1/fed/demote"],
    ["GET", "/v1/fed/join_token"],
    ["DELETE", "/v1/auth"],
  ] as const) {
    await page.evaluate(
      ([target, how]) =>
        window.fetch(target, { method: how, mode: "no-cors", credentials: "include" }).catch(() => undefined),
      [fed.hub.url + path, method] as const,
    );
  }
  for (const [method, path] of [
    ["post", "/v1/fed/demote"],
    ["get", "/v1/fed/join_token"],
  ] as const) {
    await page.goto(url);
    const answered = page.waitForResponse((response) => response.url().startsWith(fed.hub.url + path));
    await page.evaluate(
      ([target, how]) => {
        const form = document.createElement("form");
        form.action = target;
        form.method = how;
        document.body.append(form);
        form.submit();
      },
      [fed.hub.url + path, method] as const,
    );
    expect((await answered).status()).toBeGreaterThanOrEqual(400);
    await page.waitForURL((at) => at.href.startsWith(fed.hub.url + path));
  }
  expect(await countAll()).toEqual(before);
  await page.goto(fed.hub.url);
  await expect(page.getByRole("button", { name: "Account of admin" })).toBeVisible(); // still logged in
  server.close();
});

/** What an attack might have changed. */
async function countAll(): Promise<unknown> {
  const { fed_role: role } = (await fed.hub.call("GET", "/v1/fed/member")) as { fed_role: string };
  const { tokens } = (await fed.hub.call("GET", "/v1/fed/tokens")) as { tokens: unknown[] };
  return { role, tokens: tokens.length };
}

/** A page on another site, with the console in a frame. */
async function strangerSite(): Promise<{ server: Server; url: string }> {
  const host = world.host();
  const server = createServer((_, answer) => {
    answer.setHeader("Content-Type", "text/html");
    answer.end(`<!doctype html><title>A stranger</title><iframe src="${fed.hub.url}/fleet"></iframe>`);
  });
  server.listen(18080, host);
  await once(server, "listening");
  return { server, url: `http://${host}:18080` };
}
