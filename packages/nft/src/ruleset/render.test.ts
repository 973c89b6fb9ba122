/** The rendered scripts are golden files (update with `vitest -u`) and are also read by the real nft. */
import { spawnSync } from "node:child_process";
import { MARK } from "@bulkhead/core/wlbs";
import { describe, expect, test } from "vitest";
import { planeRule, planeTable, samplePlane, shareOf } from "../testing/planes.ts";
import { variants } from "../testing/variants.ts";
import { plainFacts, renderDataPlane, renderLease, renderRemoval } from "./render.ts";

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
  for (const ended of [0, -5, 0.4])
    expect(renderLease("eth0", ended)).toBe("flush set netdev bulkhead lease");
  expect(renderLease("eth0", 600)).toBe(
    'add element netdev bulkhead lease { "eth0" timeout 600ms }; ' +
      'delete element netdev bulkhead lease { "eth0" }; ' +
      'add element netdev bulkhead lease { "eth0" timeout 600ms }',
  );
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

test("a lease that lives is renewed with a shorter line", () => {
  expect(renderLease("eth0", 600, true)).toBe(
    'delete element netdev bulkhead lease { "eth0" }; add element netdev bulkhead lease { "eth0" timeout 600ms }',
  );
  expect(renderLease("eth0", 0, true)).toBe("flush set netdev bulkhead lease");
});
