import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "packages/*/src/**/*.{test,fuzz}.ts",
      "apps/*/src/**/*.test.ts",
      "agents/*/src/**/*.test.ts",
      "apps/console/**/*.test.ts",
      "scripts/**/*.test.mjs",
    ],
    // Two files at once even on two cores: half the time of a test with a lab, a database or a cluster is waiting.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Wide, because a machine that does other work is no failure: a test that waits says itself for what and how long.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    exclude: ["**/node_modules/**", "**/out/**", "**/dist/**"],
  },
});
