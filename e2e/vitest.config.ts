/** Stories on a running lab, one after the other: they cut cables and power. Started by `npm test`. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["src/story.*.test.ts"],
    fileParallelism: false,
    // Every wait has a limit of its own that says what it waited for; these are for what hangs all the same.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
