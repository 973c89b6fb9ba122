/** The state of an interface, in a network namespace of the test's own. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { isProofPossible } from "./testing/run-proof.ts";

const program = fileURLToPath(new URL("link.ts", import.meta.url));
const mac = "02:00:00:00:00:07";

/**
 * Runs shell commands one by one in a new namespace, and reads the link of `card7` after each. The kernel tells of a
 * link a little later than it switches it, so what is expected is waited for.
 */
function linksAfter(...steps: { command: string; isUp: boolean }[]): unknown[] {
  const code = `
    const { readLink } = await import(${JSON.stringify(program)});
    const { execFileSync } = await import("node:child_process");
    const seen = [];
    for (const { command, isUp } of ${JSON.stringify(steps)}) {
      execFileSync("sh", ["-c", command]);
      const end = performance.now() + 20_000;
      let link = await readLink("card7");
      while (isUp !== link.up && performance.now() < end) link = await readLink("card7");
      seen.push(link);
    }
    console.log(JSON.stringify(seen));`;
  const isRoot = process.getuid?.() === 0;
  const argv = [isRoot ? "-n" : "-Urn", process.execPath, "--input-type=module", "-e", code];
  const run = spawnSync("unshare", argv, { encoding: "utf8" });
  expect(run.stderr).toBe("");
  return JSON.parse(run.stdout) as unknown[];
}

test.skipIf(!isProofPossible)("there, linked, unplugged, switched off, gone", () => {
  const seen = linksAfter(
    { command: "true", isUp: false },
    { command: `ip link add card7 address ${mac} type veth peer name wire`, isUp: false },
    {
      command: "ip link set card7 up; ip link set wire up; ip addr add 192.0.2.7/24 dev card7",
      isUp: true,
    },
    { command: "ip link set wire down", isUp: false },
    { command: "ip link set wire up; ip link set card7 down", isUp: false },
    { command: "ip link set card7 up", isUp: true },
    { command: "ip link del card7", isUp: false },
  );
  expect(seen).toEqual([
    { up: false, mac: null },
    { up: false, mac: "00:00:00:00:00:00" },
    { up: true, mac },
    { up: false, mac },
    { up: false, mac },
    { up: true, mac },
    { up: false, mac: null },
  ]);
});
