/** The pictures draw only what these functions say. */
import { expect, test } from "vitest";
import { bucketCount, drainingHosts, movedBuckets, ownedCounts, ownersOf } from "./bucket-model.ts";
import { sampleCluster, sampleHost, sampleRuleView } from "./sample-cluster.ts";

test("a table text becomes owners", () => {
  const owners = ownersOf("1x1366,2x1365,3x1365");
  expect(owners?.length).toBe(bucketCount);
  expect([owners?.[0], owners?.[1365], owners?.[1366], owners?.[4095]]).toEqual([1, 1, 2, 3]);
  expect(owners ? [...ownedCounts(owners)] : null).toEqual([
    [1, 1366],
    [2, 1365],
    [3, 1365],
  ]);
});

test.each([[null], [""], ["1x10"], ["1x4097"], ["ax4096"], ["1x4096,"]])(
  "a table that is not whole is no table: %s",
  (text) => {
    expect(ownersOf(text)).toBeNull();
  },
);

test("a change is told bucket by bucket, with the former owner", () => {
  const before = ownersOf("1x2048,2x2048");
  const after = ownersOf("1x2046,2x2050");
  expect(before && after ? [...movedBuckets(before, after)] : null).toEqual([
    [2046, 1],
    [2047, 1],
  ]);
});

test("only hosts that report draining buckets of the rule are draining", () => {
  const draining = sampleHost(2, { rules: [sampleRuleView({ drainingCount: 3 })] });
  expect([...drainingHosts(sampleCluster([sampleHost(1), draining]), "http")]).toEqual([2]);
  expect([...drainingHosts(sampleCluster([sampleHost(1), draining]), "https")]).toEqual([]);
});
