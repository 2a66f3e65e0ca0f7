import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "@playwright/test";
import { example, stage, type Example } from "./example.ts";
import { logIn, settled } from "./pages.ts";
import { aloneScreens, masterScreens, remoteScreens, type Screen } from "./screens.ts";
import { expect, test, World, type Cluster } from "./world.ts";

// Not a test: `npm run screenshots` draws the pictures of docs/console with it.

const folder = join(import.meta.dirname, "../../../docs/console");
const sizes = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];
const schemes = ["light", "dark"] as const;

let world: World;
let fed: Example;

test.beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  world = await World.begin();
  fed = await example(world);
});

test.afterAll(() => world.end());

test.describe.configure({ timeout: 900_000 });

/** Takes a picture of a page in each size and scheme: name-1440-light.png and so on. */
async function take(page: Page, name: string): Promise<void> {
  for (const size of sizes) {
    await page.setViewportSize(size);
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme });
      await settled(page);
      const path = join(folder, `${name}-${size.width}-${colorScheme}.png`);
      await page.screenshot({ path, animations: "disabled", caret: "hide", scale: "css" });
    }
  }
}

async function takeAll(browser: Browser, cluster: Cluster, screens: readonly Screen[]): Promise<void> {
  const context = await browser.newContext({
    reducedMotion: "reduce",
    deviceScaleFactor: 1,
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
  });
  const page = await context.newPage();
  await logIn(page, cluster);
  if (cluster === fed.hub) {
    await stage(page, fed);
  }
  for (const { name, path, open } of screens) {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(cluster.url + path);
    await settled(page);
    await open?.(page);
    await take(page, name);
  }
  await context.close();
}

test("the login", async ({ page }) => {
  await page.goto(fed.hub.url);
  await expect(page.getByLabel("User", { exact: true })).toBeVisible();
  await take(page, "login");
});

test("the screens of a master", ({ browser }) => takeAll(browser, fed.hub, masterScreens(fed)));

test("the screens of a remote", ({ browser }) => takeAll(browser, fed.berlin, remoteScreens));

test("the screens of a cluster alone", ({ browser }) => takeAll(browser, fed.lab, aloneScreens));
