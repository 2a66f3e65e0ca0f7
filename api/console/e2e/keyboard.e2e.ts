import { expectVisibleFocus, keys, tabTo } from "./hands.ts";
import { logIn } from "./pages.ts";
import { tellStory } from "./story.ts";
import { expect, test } from "./world.ts";

test("the same story is told with keys alone", ({ world, browser }) => tellStory(world, browser, keys));

test("the focus is seen wherever it goes", async ({ world, page }) => {
  const hub = await world.cluster("hub");
  await logIn(page, hub, "/", keys);
  await page.reload();
  await expect(page.getByRole("link", { name: "Promote or join" })).toBeVisible();
  const stops = [
    page.getByRole("link", { name: "Skip to the page" }),
    page.getByRole("button", { name: /: switch$/ }),
    page.getByRole("button", { name: /^Account of/ }),
    page.getByRole("link", { name: "Federation", exact: true }),
    page.getByRole("link", { name: "Promote or join" }),
    page.getByRole("grid", { name: "Clusters" }).getByRole("row").nth(1),
  ];
  for (const stop of stops) {
    await tabTo(stop);
    await expectVisibleFocus(page);
  }
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "hub" })).toBeVisible();
});
