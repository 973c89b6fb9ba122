/** Browser stories: one worker, in order, on the system that `npm test` has started. */
import { defineConfig } from "@playwright/test";

const isRoot = process.getuid?.() === 0;
const executablePath = process.env.CHROMIUM_PATH;

export default defineConfig({
  testDir: "browser",
  outputDir: process.env.BULKHEAD_DATA ? `${process.env.BULKHEAD_DATA}/logs/browser` : "../test-results",
  workers: 1,
  fullyParallel: false,
  timeout: 60_000,
  expect: { timeout: 20_000 },
  use: {
    baseURL: process.env.BULKHEAD_URL ?? "http://127.0.0.1:7700",
    viewport: { width: 1440, height: 900 },
    trace: "off",
    screenshot: "only-on-failure",
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: [
        "--disable-background-networking",
        ...(isRoot ? ["--no-sandbox", "--disable-dev-shm-usage"] : []),
      ],
    },
  },
});
