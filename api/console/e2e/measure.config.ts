import { defineConfig } from "@playwright/test";

// Measures the console: see measure.ts. It is not a part of the tests, because no time makes it fail.
export default defineConfig({
  testDir: ".",
  testMatch: "measure.ts",
  timeout: 0, // as long as MINUTES says; each step has a bound of its own
  workers: 1,
  reporter: [["line"]],
});
