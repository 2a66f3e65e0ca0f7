import { expect, type Locator, type Page } from "@playwright/test";
import { mouse, type Hand } from "./hands.ts";
import { admin, type Cluster } from "./world.ts";

/** Opens a page of a cluster's console and logs in. */
export async function logIn(page: Page, cluster: Cluster, path = "/", hand = mouse, who = admin): Promise<void> {
  await page.goto(cluster.url + path);
  await fillLogin(page, hand, who);
  await expect(page.getByRole("button", { name: `Account of ${who.user}` })).toBeVisible();
}

/** Gives a name and a password, on the page or in the dialog that asks for them. */
export async function fillLogin(page: Page, hand: Hand = mouse, who = admin): Promise<void> {
  await hand.fill(page.getByLabel("User", { exact: true }), who.user);
  await hand.fill(page.getByLabel("Password", { exact: true }), who.password);
  await hand.press(page.getByRole("button", { name: "Log in" }));
}

/** Goes to a page by the navigation. */
export async function goTo(page: Page, name: string, hand: Hand = mouse): Promise<void> {
  // The change set's link also has the number of its edits.
  const link = page
    .getByRole("navigation", { name: "Pages" })
    .getByRole("link", { name: new RegExp(`^${name}( ?\\d+)?$`) });
  await hand.press(link);
  await expect(page.getByRole("heading", { level: 1, name, exact: true })).toBeVisible();
}

/** The row of a cluster in the table of the fleet. */
export function fleetRow(page: Page, name: string): Locator {
  return page
    .getByRole("grid", { name: "Clusters" })
    .getByRole("row")
    .filter({ has: page.getByRole("link", { name, exact: true }) });
}

/** A row of a list of policy objects, counted from 1 without its head. */
export function policyRow(page: Page, list: string, place: number): Locator {
  return page.getByRole("table", { name: list }).getByRole("row").nth(place);
}

/** Waits until a page shows what it is about, and nothing on it moves any more. */
export async function settled(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByRole("status", { name: /^Reading / })).toHaveCount(0);
  // A change of the color scheme takes a moment to reach the page, and its transitions begin in the frame after that.
  await page.waitForFunction(() => {
    const wanted = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    return document.documentElement.dataset.mantineColorScheme === wanted;
  });
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  await page.waitForFunction(() =>
    document.getAnimations().every((animation) => {
      const timing = animation.effect?.getComputedTiming();
      return timing?.iterations === Infinity || animation.playState !== "running";
    }),
  );
}
