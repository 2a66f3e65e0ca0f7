import type { Page } from "@playwright/test";
import { fillLogin, fleetRow, logIn } from "./pages.ts";
import { expect, test } from "./world.ts";

/** The page promises 5 s; a machine that is busy with other tests may take longer. */
const most = 15_000;

declare global {
  interface Window {
    /** Milliseconds from when the page began to watch until it said that it is stale. */
    staleAfter?: Promise<number>;
  }
}

test("a page says that its server is gone, keeps what it knows, and recovers by itself", async ({
  world,
  page,
  context,
}) => {
  const { master: hub } = await world.federation("berlin");
  await logIn(page, hub, "/fleet");
  await expect(fleetRow(page, "berlin")).toContainText("synced");
  const editing = await context.newPage(); // the same session, in another tab
  await editing.goto(`${hub.url}/policy/group?edit=new&for=fed`);
  const editor = editing.getByRole("dialog", { name: "New group" });
  await editor.getByRole("textbox", { name: "Name" }).fill("half-written");
  await editor.getByLabel("Comment").fill("What I was about to say");
  await expect(editing.getByText("live", { exact: true })).toBeAttached();

  await watchForStale(page);
  await hub.stop("SIGKILL");
  const took = await page.evaluate(() => window.staleAfter ?? Promise.resolve(Infinity));
  console.log(`the page said after ${Math.round(took)} ms that it is stale`);
  expect(took).toBeLessThan(most);
  for (const name of ["hub", "berlin"]) {
    await expect(fleetRow(page, name)).toBeVisible();
  }
  await expect(editing.getByText(/^stale since/)).toBeAttached();

  await hub.start();
  // Nobody touches a page: it finds out by itself that the session is over, too.
  const again = page.getByRole("dialog", { name: "The session is over" });
  await expect(again).toBeVisible();
  await expect(fleetRow(page, "berlin")).toBeAttached();
  await expect(editing.getByRole("dialog", { name: "The session is over" })).toBeVisible();
  await expect(again.getByLabel("User", { exact: true })).toHaveValue("admin");
  await fillLogin(page);
  await expect(again).toHaveCount(0);
  await expect(page.getByText("live", { exact: true })).toBeVisible();
  await expect(page.getByText(/stale since/i)).toHaveCount(0);
  await expect(fleetRow(page, "berlin")).toContainText("synced");

  await expect(editing.getByRole("dialog", { name: "The session is over" })).toHaveCount(0);
  await expect(editor.getByRole("textbox", { name: "Name" })).toHaveValue("half-written");
  await expect(editor.getByLabel("Comment")).toHaveValue("What I was about to say");
});

/** Begins to measure in the page how long it takes to say that it is stale. */
async function watchForStale(page: Page): Promise<void> {
  await page.evaluate(() => {
    const began = performance.now();
    window.staleAfter = new Promise((resolve) => {
      const watcher = new MutationObserver(() => {
        if (/stale since/i.test(document.body.textContent)) {
          watcher.disconnect();
          resolve(performance.now() - began);
        }
      });
      watcher.observe(document.body, { subtree: true, childList: true, characterData: true });
    });
  });
}
