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
    // Wide, because a machine that does other work is no failure: a test that waits says itself for what and how long.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    exclude: ["**/node_modules/**", "**/out/**", "**/dist/**"],
  },
});
