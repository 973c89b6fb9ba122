/** The pictures draw only what these functions say. */
import { expect, test } from "vitest";
import type { WlbsCluster, WlbsHost } from "../states/wlbs-states.ts";
import { bucketCount, drainingHosts, movedBuckets, ownedCounts, ownersOf, sharesOf } from "./bucket-model.ts";
import { sampleCluster, sampleHost } from "./sample-cluster.ts";

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

const targets = (hosts: WlbsHost[], patch: Partial<WlbsCluster> = {}) =>
  sharesOf({ ...sampleCluster(hosts), ...patch }).map((share) => share.target);

test("equal load is exact, and the lower ID takes the odd bucket", () => {
  expect(targets([sampleHost(1), sampleHost(2), sampleHost(3)])).toEqual([1366, 1365, 1365]);
});

test("a draining, a stopped and a lost host have no target", () => {
  expect(targets([sampleHost(1), sampleHost(2, { state: "draining" }), sampleHost(3)])).toEqual([
    2048, 0, 2048,
  ]);
  expect(targets([sampleHost(1), sampleHost(2, { state: "stopped" })])).toEqual([4096, 0]);
  const lost = { ...sampleHost(2), online: false };
  const survivor = sampleHost(1, {
    members: [{ hostId: 1, node: "web-1", state: "converged", lastHeardMsAgo: 0 }],
  });
  expect(targets([survivor, lost])).toEqual([4096, 0]);
});

test("a change is told bucket by bucket, with the former owner", () => {
  const before = ownersOf("1x2048,2x2048");
  const after = ownersOf("1x2046,2x2050");
  expect(before && after ? [...movedBuckets(before, after)] : null).toEqual([
    [2046, 1],
    [2047, 1],
  ]);
});

test("only hosts that report draining buckets are draining", () => {
  expect([...drainingHosts(sampleCluster([sampleHost(1), sampleHost(2, { drainingCount: 3 })]))]).toEqual([
    2,
  ]);
});
