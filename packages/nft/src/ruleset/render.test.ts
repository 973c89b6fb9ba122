/** The rendered scripts are golden files (update with `vitest -u`) and are also read by the real nft. */
import { spawnSync } from "node:child_process";
import { MARK } from "@bulkhead/core/wlbs";
import { describe, expect, test } from "vitest";
import { planeRule, planeTable, samplePlane, shareOf } from "../testing/planes.ts";
import { variants } from "../testing/variants.ts";
import { plainFacts, renderDataPlane, renderRemoval } from "./render.ts";
import { readRenewal, renderLease, renewalPacket, renewalRungs, renewedMark } from "./renewals.ts";

/** Runs nft in a network namespace of its own, as root or in a user namespace; null when neither is possible. */
function nftCheck(script: string): { status: number | null; stderr: string } | null {
  const flags = process.getuid?.() === 0 ? "-n" : "-Urn";
  if (spawnSync("unshare", [flags, "nft", "list", "tables"]).status !== 0) return null;
  return spawnSync("unshare", [flags, "nft", "-c", "-f", "-"], { input: script, encoding: "utf8" });
}

describe.each(Object.entries(variants))("%s", (name, variant) => {
  test("is the golden script", async () => {
    await expect(renderDataPlane(variant)).toMatchFileSnapshot(`../../testdata/${name}.nft`);
  });

  test("is accepted by nft", (context) => {
    const checked = nftCheck(renderDataPlane(variant));
    if (checked === null) context.skip("no network namespace possible here");
    expect(checked).toMatchObject({ status: 0, stderr: "" });
  });
});

test("without a hook on the way out there are neither probes nor IPv6 announcements", (context) => {
  const plane = variants["other-host-ipv6"];
  if (!plane) throw new Error("the variant is missing");
  const script = renderDataPlane(plane, { ...plainFacts, hasEgress: false });
  expect(script).not.toMatch(/egress|@reached|ff02::1/);
  const checked = nftCheck(script);
  if (checked === null) context.skip("no network namespace possible here");
  expect(checked).toMatchObject({ status: 0, stderr: "" });
});

test("a removal is accepted by nft where nothing is installed", (context) => {
  const checked = nftCheck(renderRemoval());
  if (checked === null) context.skip("no network namespace possible here");
  expect(checked).toMatchObject({ status: 0, stderr: "" });
});

test("the lease is set by removing and adding it on one line, and ended by emptying the set", () => {
  for (const ended of [0, -5, 0.4]) expect(renderLease(ended)).toBe("flush set netdev bulkhead leased");
  expect(renderLease(600.9)).toBe(
    "add element netdev bulkhead leased { 0 timeout 600ms }; " +
      "delete element netdev bulkhead leased { 0 }; " +
      "add element netdev bulkhead leased { 0 timeout 600ms }",
  );
});

test("what a packet may ask for is a little less than wanted, and never longer than the longest", () => {
  for (const longestLeaseMs of [30, 280, 469, 4_687.5, 60_000]) {
    const rungs = renewalRungs({ longestLeaseMs });
    expect(rungs.at(-1)).toBe(Math.floor(longestLeaseMs));
    const steps = rungs.map((ms, index) => ms - (rungs[index - 1] ?? 0));
    expect(Math.max(...steps)).toBeLessThanOrEqual(Math.ceil(longestLeaseMs / 32));
    expect(Math.min(...steps)).toBeGreaterThan(0);
  }
});

test("a packet that comes back tells its number, and whether a rule has renewed the lease", () => {
  const packet = Buffer.from(renewalPacket({ port: 1, secret: "0123456789abcdef" }, 250, 0xfffffffe));
  expect(packet.toString("hex")).toBe("0123456789abcdef000000fafffffffe");
  expect(readRenewal(packet)).toEqual({ number: 0xfffffffe, isRenewed: false });
  packet.writeUInt32BE(renewedMark, 8);
  expect(readRenewal(packet)).toEqual({ number: 0xfffffffe, isRenewed: true });
  expect(readRenewal(packet.subarray(1))).toBeNull();
});

test("without loopback there is no chain for it", () => {
  const script = renderDataPlane(samplePlane(), { ...plainFacts, renewal: null });
  expect(script).not.toContain("renewals");
  expect(script).toContain("@leased");
});

test("no name of the caller is taken over", () => {
  expect(renderDataPlane(samplePlane({ rules: [planeRule({ name: 'x"; drop' })] }))).not.toContain('x"');
});

test("tables that are all owned, all draining or all foreign need no elements", () => {
  for (const mark of Object.values(MARK)) {
    expect(renderDataPlane(samplePlane({ tables: [planeTable(() => mark)] }))).not.toMatch(/kept|draining0/);
  }
  expect(renderDataPlane(samplePlane({ tables: [shareOf(1, 2)] }))).toContain("@kept0");
});
