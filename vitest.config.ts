import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "packages/*/src/**/*.{test,fuzz}.ts",
      "apps/*/src/**/*.test.ts",
      "agents/*/src/**/*.test.ts",
      "apps/console/**/*.test.ts",
    ],
    exclude: ["**/node_modules/**", "**/out/**", "**/dist/**"],
  },
});
