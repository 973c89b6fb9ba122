/** The rendered scripts are golden files (update with `vitest -u`) and are also read by the real nft. */
import { spawnSync } from "node:child_process";
import type { DataPlane, PortRule } from "@bulkhead/core/wlbs";
import { describe, expect, test } from "vitest";
import { renderDataPlane, renderLease, renderRemoval } from "./ruleset.ts";

function rule(name: string, change: Partial<PortRule>): PortRule {
  return {
    name,
    startPort: 0,
    endPort: 65_535,
    protocol: "both",
    mode: "multiple",
    affinity: "single",
    ...change,
  };
}

const plane: DataPlane = {
  generation: 7,
  vip: "10.9.0.100",
  vipPrefixLength: 24,
  clusterMac: "03:bf:0a:09:00:64",
  interface: "lo",
  hashSeed: 0x5eed,
  rules: [
    rule("web", { startPort: 80, endPort: 80, protocol: "tcp", affinity: "none" }),
    rule("tls", { startPort: 443, endPort: 443, protocol: "tcp" }),
    rule("games", { startPort: 5000, endPort: 5999, affinity: "network" }),
  ],
  ownedBuckets: Array.from({ length: 20 }, (_, index) => index * 3),
  drainingBuckets: [1, 4],
  isDefaultHost: true,
  leaseMs: 600,
};

const variants: Record<string, DataPlane> = {
  "default-host": plane,
  "other-host-without-lease": { ...plane, isDefaultHost: false, drainingBuckets: [], leaseMs: 0 },
  "left-the-cluster": { ...plane, isDefaultHost: false, ownedBuckets: [], drainingBuckets: [] },
  "one-rule-for-all": { ...plane, rules: [rule("all", {})] },
  "no-rules": { ...plane, rules: [] },
};

/** Runs nft in a network namespace of its own, as root or in a user namespace; null when neither is possible. */
function nftCheck(script: string): { status: number | null; stderr: string } | null {
  const flags = process.getuid?.() === 0 ? "-n" : "-Urn";
  if (spawnSync("unshare", [flags, "nft", "list", "tables"]).status !== 0) return null;
  return spawnSync("unshare", [flags, "nft", "-c", "-f", "-"], { input: script, encoding: "utf8" });
}

describe.each(Object.entries(variants))("%s", (name, variant) => {
  test("is the golden script", async () => {
    await expect(renderDataPlane(variant)).toMatchFileSnapshot(`../testdata/${name}.nft`);
  });

  test("is accepted by nft", (context) => {
    const checked = nftCheck(renderDataPlane(variant));
    if (checked === null) context.skip("no network namespace possible here");
    expect(checked).toMatchObject({ status: 0, stderr: "" });
  });
});

test("a fresh script and a removal are accepted by nft where nothing is installed", (context) => {
  for (const script of [renderDataPlane(plane, { fresh: true }), renderRemoval()]) {
    const checked = nftCheck(script);
    if (checked === null) context.skip("no network namespace possible here");
    expect(checked).toMatchObject({ status: 0, stderr: "" });
  }
});

test("the lease is set by removing and adding it on one line, and ended by emptying the set", () => {
  for (const ended of [0, -5, 0.4])
    expect(renderLease("10.9.0.100", ended)).toBe("flush set netdev bulkhead lease");
  expect(renderLease("10.9.0.100", 600)).toBe(
    "add element netdev bulkhead lease { 10.9.0.100 timeout 600ms }; " +
      "delete element netdev bulkhead lease { 10.9.0.100 }; " +
      "add element netdev bulkhead lease { 10.9.0.100 timeout 600ms }",
  );
});

test("the script is valid for every possible rule and bucket list: no name of the caller is taken over", () => {
  const named = renderDataPlane({ ...plane, rules: [rule('x"; drop', {})] });
  expect(named).not.toContain('x"');
});
