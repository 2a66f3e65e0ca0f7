import AxeBuilder from "@axe-core/playwright";
import type { Browser, Page } from "@playwright/test";
import { example, stage, type Example } from "./example.ts";
import { logIn, settled } from "./pages.ts";
import { aloneScreens, masterScreens, remoteScreens, type Screen } from "./screens.ts";
import { expect, test, World, type Cluster } from "./world.ts";

let world: World;
let fed: Example;

// These tests look and change nothing, so that one federation serves all of them.
test.beforeAll(async () => {
  world = await World.begin();
  fed = await example(world);
});

test.afterAll(() => world.end());

test.describe.configure({ timeout: 400_000 });

const standards = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Whether it is against WCAG, or serious. Good practice of a lesser kind is what the library of components makes of it. */
function matters({ tags, impact }: { tags: string[]; impact?: string | null }): boolean {
  return !tags.includes("best-practice") || impact === "serious" || impact === "critical";
}

/** What axe finds, one line for each rule and element. */
async function findings(page: Page, about: string, colorsOnly: boolean): Promise<string[]> {
  const axe = new AxeBuilder({ page });
  const { violations } = await (colorsOnly ? axe.withRules(["color-contrast"]) : axe.withTags(standards)).analyze();
  return violations
    .filter(matters)
    .flatMap(({ id, impact, nodes }) =>
      nodes
        .slice(0, 4)
        .map(
          ({ html, any }) => `${about}: ${id} (${impact ?? "minor"}) ${html.slice(0, 160)} ${any[0]?.message ?? ""}`,
        ),
    );
}

interface Look {
  width: number;
  scheme: "light" | "dark";
}

/** The structure of a page is the same in the dark: there only the colors are looked at, which are the same on a phone. */
const looks: Look[] = [
  { width: 1440, scheme: "light" },
  { width: 1440, scheme: "dark" },
  { width: 390, scheme: "light" },
];

/** Shows each screen in each way, and returns all that axe finds. */
async function examine(browser: Browser, cluster: Cluster, screens: readonly Screen[]): Promise<string[]> {
  const context = await browser.newContext({ reducedMotion: "reduce" });
  const page = await context.newPage();
  await logIn(page, cluster);
  if (cluster === fed.hub) {
    await stage(page, fed);
  }
  const found: string[] = [];
  for (const { name, path, isMain = false, open } of screens) {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.emulateMedia({ colorScheme: "light" });
    await page.goto(cluster.url + path);
    await settled(page);
    await open?.(page);
    for (const { width, scheme } of looks.filter((look) => isMain || look.width === 1440)) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: scheme });
      await settled(page);
      const here = await findings(page, `${name} at ${width}, ${scheme}`, scheme === "dark");
      here.forEach((one) => console.log(one));
      found.push(...here);
    }
  }
  await context.close();
  return found;
}

test("axe finds nothing on the page to log in", async ({ page }) => {
  await page.goto(fed.hub.url);
  await expect(page.getByLabel("User", { exact: true })).toBeVisible();
  const found = [];
  for (const scheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await settled(page);
    found.push(...(await findings(page, `login, ${scheme}`, false)));
  }
  expect(found.join("\n")).toBe("");
});

test("axe finds nothing at a master", async ({ browser }) => {
  expect((await examine(browser, fed.hub, masterScreens(fed))).join("\n")).toBe("");
});

test("axe finds nothing at a remote", async ({ browser }) => {
  expect((await examine(browser, fed.berlin, remoteScreens)).join("\n")).toBe("");
});

test("axe finds nothing at a cluster without a federation", async ({ browser }) => {
  expect((await examine(browser, fed.lab, aloneScreens)).join("\n")).toBe("");
});
