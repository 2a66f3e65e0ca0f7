import { chromium, test, type Browser, type BrowserContext, type CDPSession, type Page } from "@playwright/test";
import { admin } from "./world.ts";
import { SimulatedFleet, type Usage } from "./simulated.ts";

// What the console costs with a great fleet, in figures. MINUTES, CLUSTERS and BEATS change what is measured, FEDHUB names
// another program and CHROMIUM another browser. It fails when something is broken, and never because it is slow.

const minutes = Number(process.env.MINUTES ?? 10);
const clusters = Number(process.env.CLUSTERS ?? 10_000);
const beats = Number(process.env.BEATS ?? 1_700);

/** How long the master has to record that all clusters came back, before anything is measured. */
const settleMs = 45_000;
/** How long the table is scrolled, from its beginning to its end. */
const scrollMs = 20_000;
/** How long the page may take to show its rows. */
const patienceMs = 60_000;

test("measure", async () => {
  const fleet = await SimulatedFleet.start(clusters, beats);
  try {
    say(fleet.said);
    await new Promise((resolve) => setTimeout(resolve, settleMs));
    await withBrowser([], async (browser) => {
      const { page, cdp } = await firstLoad(browser, fleet.url);
      await scrolled(page, cdp, "at 60 Hz, as the browser paces itself");
      await memory(page, cdp, fleet);
      await page.context().close();
    });
    await withBrowser(["--disable-frame-rate-limit", "--disable-gpu-vsync"], async (browser) => {
      const page = await loggedIn(browser, fleet.url).then((context) => context.newPage());
      await showFleet(page, fleet.url);
      await scrolled(page, await page.context().newCDPSession(page), "as often as the browser can");
    });
  } finally {
    await fleet.stop();
  }
});

async function withBrowser(more: string[], run: (browser: Browser) => Promise<void>): Promise<void> {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage", ...more],
  });
  try {
    await run(browser);
  } finally {
    await browser.close();
  }
}

/** A browser that has the session of admin, and nothing of the console in its cache. */
async function loggedIn(browser: Browser, url: string): Promise<BrowserContext> {
  const options = { ignoreHTTPSErrors: true, viewport: { width: 1440, height: 900 } };
  const before = await browser.newContext(options);
  const page = await before.newPage();
  await page.goto(url);
  await page.getByLabel("User").fill(admin.user);
  await page.getByLabel("Password", { exact: true }).fill(admin.password);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("button", { name: /Account of/ }).waitFor({ timeout: patienceMs });
  const storageState = await before.storageState();
  await before.close();
  return browser.newContext({ ...options, storageState });
}

/** Opens the fleet and waits for its first rows. */
async function showFleet(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/fleet`, { waitUntil: "commit" });
  await page.locator('[role="grid"] [data-index="3"]').waitFor({ timeout: patienceMs });
}

async function firstLoad(browser: Browser, url: string): Promise<{ page: Page; cdp: CDPSession }> {
  const context = await loggedIn(browser, url);
  await context.addInitScript(watchFirstRows);
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  const bytes = await countBytes(cdp);
  await showFleet(page, url);
  const seen = await page.evaluate(() => ({
    paints: performance.getEntriesByType("paint").map(({ name, startTime }) => ({ name, startTime })),
    rows: Number(document.documentElement.dataset.measuredRows),
  }));
  say("\nFirst load of /fleet, with a session and an empty cache");
  for (const { name, startTime } of seen.paints) {
    row(name.replaceAll("-", " "), ms(startTime));
  }
  row("first rows in the page", ms(seen.rows));
  row("page: scripts, styles and pictures, as transferred", kB(bytes.page));
  row("answers of the REST API, as transferred", kB(bytes.api));
  return { page, cdp };
}

/** Notes in the page when its first rows are drawn. It runs in the browser. */
function watchFirstRows(): void {
  const look = () => {
    if (document.querySelector('[role="grid"] [data-index="3"]') === null) {
      requestAnimationFrame(look);
    } else {
      document.documentElement.dataset.measuredRows = String(performance.now());
    }
  };
  requestAnimationFrame(look);
}

/** Counts what comes over the wire, by what it is. The live stream, which has no end, does not count. */
async function countBytes(cdp: CDPSession): Promise<{ page: number; api: number }> {
  const counted = { page: 0, api: 0 };
  const apis = new Set<string>();
  await cdp.send("Network.enable");
  cdp.on("Network.requestWillBeSent", ({ requestId, request }) => {
    if (new URL(request.url).pathname.startsWith("/v1/")) {
      apis.add(requestId);
    }
  });
  cdp.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    counted[apis.has(requestId) ? "api" : "page"] += encodedDataLength;
  });
  return counted;
}

/** Scrolls through the whole table, and says how long the frames were. */
async function scrolled(page: Page, cdp: CDPSession, how: string): Promise<void> {
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" }); // of its own time, whoever else wants the cores
  const before = await mainThread(cdp);
  const { frames, long } = await page.evaluate(scroll, scrollMs);
  const after = await mainThread(cdp);
  const [first, ...rest] = frames.toSorted((a, b) => a - b);
  if (first === undefined || rest.length === 0) {
    throw new Error("the table was not scrolled");
  }
  const share = (part: number) => ms(rest[Math.floor(part * (rest.length - 1))] ?? NaN);
  say(`\nScrolling through ${clusters} rows in ${scrollMs / 1000} s, ${how}`);
  row("frames", String(frames.length));
  row("time between two frames: median, p95, longest", [share(0.5), share(0.95), share(1)].join(", "));
  row(
    "work of the main thread for each, mean of its own time",
    ms(((after.task - before.task) * 1000) / frames.length),
  );
  row("of it scripts, styles and layout", ms(((after.parts - before.parts) * 1000) / frames.length));
  row("tasks over 50 ms, the longest", `${long.length}, ${ms(Math.max(0, ...long))}`);
}

/** Seconds that the main thread has worked. */
async function mainThread(cdp: CDPSession): Promise<{ task: number; parts: number }> {
  const { metrics } = await cdp.send("Performance.getMetrics");
  const of = (name: string) => metrics.find((m) => m.name === name)?.value ?? NaN;
  return { task: of("TaskDuration"), parts: of("ScriptDuration") + of("RecalcStyleDuration") + of("LayoutDuration") };
}

/** Scrolls the table down, a part with each frame. It runs in the browser. */
async function scroll(lastsMs: number): Promise<{ frames: number[]; long: number[] }> {
  const table = document.querySelector('[role="grid"]');
  if (table === null) {
    throw new Error("there is no table");
  }
  const long: number[] = [];
  const observer = new PerformanceObserver((list) => long.push(...list.getEntries().map((e) => e.duration)));
  observer.observe({ type: "longtask" });
  const frames: number[] = [];
  const way = table.scrollHeight - table.clientHeight; // looked at once: with each frame it would be work of its own
  table.scrollTop = 0;
  await new Promise<void>((resolve) => {
    const begun = performance.now();
    let before = begun;
    const step = (): void => {
      const now = performance.now();
      frames.push(now - before);
      before = now;
      const part = (now - begun) / lastsMs;
      table.scrollTop = part * way;
      if (part < 1) {
        requestAnimationFrame(step);
      } else {
        resolve();
      }
    };
    requestAnimationFrame(step);
  });
  observer.disconnect();
  table.scrollTop = 0;
  return { frames: frames.slice(1), long };
}

interface Sample {
  minute: number;
  heap: number;
  nodes: number;
  task: number;
  server: Usage | undefined;
}

/** Leaves the page alone and looks once a minute what it holds after a garbage collection. */
async function memory(page: Page, cdp: CDPSession, fleet: SimulatedFleet): Promise<void> {
  say(`\nMemory of the open page over ${minutes} minutes, with ${beats} heartbeats a second`);
  say("  minute   JS heap after GC    DOM nodes   main thread   server: CPU, memory");
  const samples: Sample[] = [];
  for (let minute = 0; minute <= minutes; minute++) {
    if (minute > 0) {
      await page.waitForTimeout(60_000);
    }
    const task = (await mainThread(cdp)).task; // before the collection, which is not the page's own work
    await cdp.send("HeapProfiler.collectGarbage");
    const { usedSize } = await cdp.send("Runtime.getHeapUsage");
    const { nodes } = await cdp.send("Memory.getDOMCounters");
    const now: Sample = { minute, heap: usedSize / 1e6, nodes, task, server: await fleet.usage() };
    tell(samples.at(-1), now);
    samples.push(now);
  }
  const first = samples[0];
  const last = samples.at(-1);
  if (first !== undefined && last !== undefined && samples.length > 1) {
    row("change of the JS heap", `${signed(last.heap - first.heap)} MB`);
    row("slope of the straight line through all", `${signed(slope(samples))} MB a minute`);
  }
  const shown = await page.locator('[role="grid"] [data-index]').count();
  row("rows in the page, of all", `${shown} of ${(await page.getByRole("grid").getAttribute("aria-rowcount")) ?? "?"}`);
}

function tell(before: Sample | undefined, now: Sample): void {
  const share = (from: number | undefined, to: number | undefined) =>
    from === undefined || to === undefined ? "–" : `${(((to - from) / 60) * 100).toFixed(0)} %`;
  const server = `${share(before?.server?.cpu, now.server?.cpu)}, ${now.server?.resident.toFixed(0) ?? "–"} MB`;
  const cells = [`${now.heap.toFixed(2)} MB`, String(now.nodes), share(before?.task, now.task)];
  const widths = [19, 13, 14];
  say(`  ${String(now.minute).padStart(6)}${cells.map((c, i) => c.padStart(widths[i] ?? 0)).join("")}   ${server}`);
}

/** The slope of the line of least squares. */
function slope(samples: readonly Sample[]): number {
  const mean = (of: (s: Sample) => number) => samples.reduce((sum, s) => sum + of(s), 0) / samples.length;
  const [x, y] = [mean((s) => s.minute), mean((s) => s.heap)];
  return mean((s) => (s.minute - x) * (s.heap - y)) / mean((s) => (s.minute - x) ** 2);
}

const ms = (value: number) => `${value.toFixed(1)} ms`;
const kB = (bytes: number) => `${(bytes / 1000).toFixed(0)} kB`;
const signed = (value: number) => `${value < 0 ? "" : "+"}${value.toFixed(2)}`;

function row(name: string, value: string): void {
  say(`  ${name.padEnd(52)} ${value}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
