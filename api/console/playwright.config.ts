import { defineConfig } from "@playwright/test";

// The tests run real fedhub processes (bin/fedhub) and a real browser. Nothing waits for a time; what is waited for has a
// long bound, because the machine may be slow.
export default defineConfig({
  testDir: "e2e",
  testMatch: process.env.SCREENSHOTS === undefined ? "**/*.e2e.ts" : "**/screenshots.ts",
  timeout: 240_000,
  expect: { timeout: 30_000 },
  workers: 1,
  forbidOnly: process.env.CI !== undefined,
  retries: process.env.CI === undefined ? 0 : 1, // what passes only the second time is reported as flaky
  reporter: [["list"]],
  use: {
    ignoreHTTPSErrors: true, // each cluster has a certificate of its own making
    viewport: { width: 1440, height: 900 },
    actionTimeout: 30_000,
    screenshot: "only-on-failure",
    trace: process.env.TRACE === undefined ? "off" : "retain-on-failure", // it takes more time than the tests
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-dev-shm-usage",
      ],
    },
  },
});
