/** `NftRunner` against the real kernel, in a network namespace that ends with the test. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const namespace = process.getuid?.() === 0 ? ["-mnpf", "--kill-child"] : ["-Urmnpf", "--kill-child"];
const isPossible = spawnSync("unshare", [...namespace, "nft", "list", "tables"]).status === 0;
const program = fileURLToPath(new URL("./testing/runner-program.ts", import.meta.url));

test.skipIf(!isPossible)("installs, leases, repairs and removes in the kernel", { timeout: 120_000 }, () => {
  const run = spawnSync("unshare", [...namespace, process.execPath, program], { encoding: "utf8" });
  expect(run.stderr).toBe("");
  const seen = JSON.parse(run.stdout) as Record<string, unknown>;
  process.stdout.write(
    `renewal ${seen["renewalMs"]} ms, install of 4096 buckets ${seen["installMs"]} ms, lease ended ${seen["leaseEndedEarlyMs"]} ms early\n`,
  );
  expect(seen).toMatchObject({
    renewBeforeInstall: false,
    leaseAfterInstallWithout: false,
    address: true,
    joined: true,
    renewed: true,
    shortened: false,
    leaseAfterShortening: false,
    renewedAfterSleep: true,
    renewedBesideInstall: true,
    renewedAfterKill: true,
    renewedAfterHang: true,
    repairOfNothing: false,
    renewedWithoutTables: false,
    repairOfFlush: true,
    leaseAfterRepair: true,
    repairOfAddress: [true, true],
    older: "Data plane 1 is older than 12, which is installed.",
    freshLayout: true,
  });
  // Too early costs a client a second, too late would be two owners: the lease may only end early.
  expect(seen["leaseEndedEarlyMs"]).toBeGreaterThanOrEqual(0);
  expect(seen["moved"]).toContain("10.9.0.101/32");
  expect(seen["moved"]).not.toContain("10.9.0.100");
  expect(seen["moved"]).not.toContain("03:bf:0a:09:00:64");
  expect(seen["left"]).toBe("0\n");
});
