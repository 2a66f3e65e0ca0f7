import type { Page } from "@playwright/test";
import { logIn } from "./pages.ts";
import { expect, test } from "./world.ts";

const feeds = (page: Page) => {
  const opened: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/v1/fed/live")) {
      opened.push(request.url());
    }
  });
  return opened;
};

test("the tabs of a browser share one feed, and the next takes it over", async ({ world, context }) => {
  const { master } = await world.federation("berlin");
  const first = await context.newPage();
  const ofFirst = feeds(first);
  await logIn(first, master, "/fleet");
  const state = (page: Page) => page.getByRole("banner").getByRole("status");
  await expect(state(first)).toHaveText("live");

  const second = await context.newPage();
  const ofSecond = feeds(second);
  await second.goto(`${master.url}/fleet`);
  await expect(state(second)).toHaveText("live");
  expect(ofFirst).toHaveLength(1);
  expect(ofSecond).toHaveLength(0);

  await first.close();
  await expect.poll(() => ofSecond.length).toBe(1);
  await expect(state(second)).toHaveText("live");
  await expect(second.getByRole("row", { name: /berlin/ })).toContainText("synced");
});
