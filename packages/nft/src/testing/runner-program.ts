/**
 * Program of `runner.lab.test.ts`: runs inside a network namespace of its own, drives the real kernel through
 * `NftRunner` and prints what it saw as one line of JSON. `eth0` and `wire` are the two ends of a cable.
 */
import { execFileSync } from "node:child_process";
import type { DataPlane } from "@bulkhead/core/wlbs";
import { InteractiveNft } from "../nft-shell.ts";
import { readLeaseLeftMs } from "../readings.ts";
import { NftRunner } from "../runner.ts";

const sh = (command: string): string => execFileSync("sh", ["-c", command], { encoding: "utf8" });

/** When the kernel ends the lease, or a little earlier: a reading is younger than the question for it. */
async function leaseEnd(): Promise<number> {
  const limit = performance.now() + 30_000;
  for (let endsAt = 0; performance.now() < limit; ) {
    const askedAt = performance.now();
    const leftMs = readLeaseLeftMs(sh("nft list set netdev bulkhead lease"));
    if (leftMs === 0 && !(await runner.leaseAlive())) return endsAt;
    endsAt = Math.max(endsAt, askedAt + leftMs);
  }
  throw new Error("the lease does not end");
}

sh("ip link set lo up; ip link add eth0 type veth peer name wire; ip link set eth0 up; ip link set wire up");

const plane: DataPlane = {
  generation: 1,
  vip: "10.9.0.100",
  vipPrefixLength: 24,
  clusterMac: "03:bf:0a:09:00:64",
  interface: "eth0",
  hashSeed: 0x5eed,
  rules: [
    { name: "all", startPort: 0, endPort: 65_535, protocol: "both", mode: "multiple", affinity: "none" },
  ],
  ownedBuckets: Array.from({ length: 4096 }, (_, bucket) => bucket),
  drainingBuckets: [],
  isDefaultHost: true,
  leaseMs: 0,
};

const shell = new InteractiveNft();
const runner = new NftRunner(shell);
const seen: Record<string, unknown> = {};

seen["renewBeforeInstall"] = await runner.renewLease(() => 500);
await runner.apply(plane, () => 0);
seen["leaseAfterInstallWithout"] = await runner.leaseAlive();
seen["address"] = sh("ip -o -4 addr show dev eth0").includes("10.9.0.100/32");
seen["joined"] = sh("ip maddr show dev eth0").includes("03:bf:0a:09:00:64");

const endsAt = performance.now() + 2_000;
seen["renewed"] = await runner.renewLease(() => endsAt - performance.now());
const earlyMs = endsAt - (await leaseEnd());
seen["leaseEndedEarlyMs"] = Number(earlyMs.toFixed(1));
await runner.renewLease(() => 10_000);
seen["shortened"] = await runner.renewLease(() => 0);
seen["leaseAfterShortening"] = await runner.leaseAlive();

// A renewal during which this process was stopped for seconds says nothing about how slow the kernel is.
let asked = 0;
await runner.renewLease(() => {
  asked += 1;
  return asked === 1 ? 5_000 : 2_000;
});
seen["renewedAfterSleep"] = await runner.renewLease(() => 500);

const began = performance.now();
for (let round = 0; round < 200; round += 1) await runner.renewLease(() => 5_000);
seen["renewalMs"] = Number(((performance.now() - began) / 200).toFixed(2));
const installs = performance.now();
for (let round = 2; round <= 11; round += 1) await runner.apply({ ...plane, generation: round }, () => 5_000);
seen["installMs"] = Number(((performance.now() - installs) / 10).toFixed(1));
seen["renewedBesideInstall"] = await Promise.all([
  runner.apply({ ...plane, generation: 12 }, () => 5_000),
  ...Array.from({ length: 20 }, () => runner.renewLease(() => 5_000)),
]).then((answers) => answers.slice(1).every((answer) => answer === true));

const signalShell = (signal: NodeJS.Signals): void => {
  // Pid 0 would mean our own process group.
  if (shell.pid === undefined) throw new Error("no nft is running");
  process.kill(shell.pid, signal);
};
signalShell("SIGKILL");
seen["renewedAfterKill"] = await runner.renewLease(() => 5_000);
await runner.renewLease(() => 5_000);
signalShell("SIGSTOP");
seen["renewedAfterHang"] = await runner.renewLease(() => 5_000);

seen["repairOfNothing"] = await runner.repair(() => 5_000);
sh("nft flush ruleset");
seen["renewedWithoutTables"] = await runner.renewLease(() => 5_000);
seen["repairOfFlush"] = await runner.repair(() => 5_000);
seen["leaseAfterRepair"] = await runner.leaseAlive();
sh("ip addr del 10.9.0.100/32 dev eth0");
seen["repairOfAddress"] = [
  await runner.repair(() => 0),
  sh("ip -o -4 addr show dev eth0").includes("10.9.0.100/32"),
];

seen["older"] = await runner
  .apply(plane, () => 0)
  .then(
    () => "taken",
    (error: Error) => error.message,
  );
runner.close();

// Another process of ours, later: it finds what the first has left, moves it, and removes it, twice.
sh(
  "nft 'delete table netdev bulkhead; add table netdev bulkhead; add set netdev bulkhead lease { type mark; }'",
);
const later = new NftRunner();
await later.apply({ ...plane, generation: 20 }, () => 0);
seen["freshLayout"] = sh("nft list set netdev bulkhead lease").includes("ipv4_addr");
const moved = new NftRunner();
await moved.apply({ ...plane, vip: "10.9.0.101", clusterMac: "03:bf:0a:09:00:65" }, () => 0);
seen["moved"] = sh("ip -o -4 addr show dev eth0; ip maddr show dev eth0");
later.close();
moved.close();
const remover = new NftRunner();
await remover.remove();
await remover.remove();
seen["left"] = sh(
  "nft list ruleset | grep -c bulkhead || true; ip -o -4 addr show dev eth0; ip maddr show dev eth0 | grep 03:bf || true",
);
remover.close();
process.stdout.write(`${JSON.stringify(seen)}\n`);
