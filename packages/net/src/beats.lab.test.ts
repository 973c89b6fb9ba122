/** Heartbeats over a real cable, in a network namespace that ends with the test. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const namespace =
  process.getuid?.() === 0
    ? ["-mnpf", "--mount-proc", "--kill-child"]
    : ["-Urmnpf", "--mount-proc", "--kill-child"];
const isPossible = spawnSync("unshare", [...namespace, "ip", "link"]).status === 0;
const program = fileURLToPath(new URL("./testing/beats-program.ts", import.meta.url));

test.skipIf(!isPossible)(
  "peers hear each other once, hear nobody else, and notice a lost interface",
  { timeout: 120_000 },
  () => {
    const run = spawnSync("unshare", [...namespace, process.execPath, program], { encoding: "utf8" });
    expect(run.stderr).toBe("");
    // Two transports listen here, so everything is heard twice: once by each.
    expect(JSON.parse(run.stdout)).toEqual({
      here: ["10.0.0.2 two", "10.0.0.2 two"],
      there: ["10.0.0.1 one", "10.0.0.1 farewell"],
    });
  },
);
