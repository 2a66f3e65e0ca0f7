import { expect, type Locator, type Page } from "@playwright/test";

/** How a person does what a story tells: with a mouse, or with nothing but keys. */
export interface Hand {
  /** Presses a button, or follows a link. */
  press(target: Locator): Promise<void>;
  /** Puts a text into a field, in place of what is there. */
  fill(field: Locator, text: string): Promise<void>;
  /** Opens a menu and takes one of its items. */
  pick(menu: Locator, item: string): Promise<void>;
  /** Turns to a tab of the page. */
  turnTo(tab: Locator): Promise<void>;
  /** Takes a cluster in the menu at the top. */
  switchTo(page: Page, cluster: string): Promise<void>;
}

const clusterMenu = (page: Page) => page.getByRole("button", { name: /: switch$/ });
const clusterSearch = (page: Page) => page.getByRole("textbox", { name: "Search clusters" });
const clusterOption = (page: Page, cluster: string) => page.getByRole("option", { name: new RegExp(`^${cluster}`) });

/** With a mouse, and keys for texts. */
export const mouse: Hand = {
  press: (target) => target.click(),
  fill: (field, text) => field.fill(text),
  pick: async (menu, item) => {
    await menu.click();
    await menu.page().getByRole("menuitem", { name: item }).click();
  },
  turnTo: (tab) => tab.click(),
  switchTo: async (page, cluster) => {
    await clusterMenu(page).click();
    await clusterSearch(page).fill(cluster);
    await clusterOption(page, cluster).click();
  },
};

/** With keys alone. */
export const keys: Hand = {
  press: async (target) => {
    await tabTo(target);
    await target.page().keyboard.press("Enter");
  },
  fill: async (field, text) => {
    await tabTo(field);
    const { keyboard } = field.page();
    await keyboard.press("ControlOrMeta+a");
    await keyboard.insertText(text);
    await expect(field).toHaveValue(text);
  },
  pick: async (menu, item) => {
    await tabTo(menu);
    const { keyboard } = menu.page();
    await keyboard.press("Enter");
    const wanted = menu.page().getByRole("menuitem", { name: item });
    await expect(wanted).toBeVisible();
    await arrowTo(wanted, "ArrowDown");
    await keyboard.press("Enter");
  },
  turnTo: async (tab) => {
    await tabTo(tab.page().getByRole("tab", { selected: true }));
    await arrowTo(tab, "ArrowRight");
    await expect(tab).toHaveAttribute("aria-selected", "true");
  },
  switchTo: async (page, cluster) => {
    await tabTo(clusterMenu(page));
    await page.keyboard.press("Enter");
    await expect(clusterSearch(page)).toBeFocused();
    await page.keyboard.insertText(cluster);
    await expect(clusterOption(page, cluster)).toBeVisible();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
  },
};

/** Moves within a menu or a row of tabs. */
async function arrowTo(target: Locator, arrow: "ArrowDown" | "ArrowRight"): Promise<void> {
  for (let i = 0; i < 20 && !(await isFocused(target)); i++) {
    await target.page().keyboard.press(arrow);
  }
  await expect(target).toBeFocused();
}

/** So many stops are on the way to anything at most. */
const mostStops = 150;

/** Presses Tab until the focus is on the target, or Shift and Tab when it stands before what has the focus. */
export async function tabTo(target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let i = 0; i < mostStops; i++) {
    const way = await target.evaluate((element) => {
      const { activeElement, body } = document;
      if (element === activeElement) {
        return "there";
      }
      const isBehind =
        activeElement !== null &&
        activeElement !== body &&
        (activeElement.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING) !== 0;
      return isBehind ? "back" : "on";
    });
    if (way === "there") {
      return;
    }
    await target.page().keyboard.press(way === "back" ? "Shift+Tab" : "Tab");
  }
  throw new Error(`no way by Tab to ${target.toString()}`);
}

/** Fails when nobody can see where the focus is. */
export async function expectVisibleFocus(page: Page): Promise<void> {
  const look = await page.evaluate(() => {
    const { activeElement } = document;
    if (activeElement === null || activeElement === document.body) {
      return "the focus is nowhere";
    }
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(activeElement);
    return (outlineStyle === "none" || outlineWidth === "0px") && boxShadow === "none"
      ? `nothing is drawn around ${activeElement.outerHTML.slice(0, 200)}`
      : "";
  });
  expect(look).toBe("");
}

function isFocused(target: Locator): Promise<boolean> {
  return target.evaluate((element) => element === document.activeElement);
}
