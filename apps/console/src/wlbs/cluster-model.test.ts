/** The share of a host is what the balanced rules give it; a single-host rule must not make it look overloaded. */
import { expect, test } from "vitest";
import { hasOneDistribution, heartbeatText, sharesOf, singleRulesOn } from "./cluster-model.ts";
import { sampleCluster, sampleHost, sampleRule } from "./sample-cluster.ts";

const hosts = [sampleHost(1), sampleHost(2), sampleHost(3)];
const admin = sampleRule({
  name: "admin",
  mode: "single",
  table: 1,
  distribution: [{ hostId: 1, buckets: 4096 }],
});
const half = sampleRule({
  name: "half",
  table: 2,
  distribution: [
    { hostId: 1, buckets: 2048 },
    { hostId: 2, buckets: 2048 },
  ],
});

test("single-host rules do not count while there are balanced ones", () => {
  const cluster = sampleCluster(hosts, { rules: [sampleRule(), admin] });
  expect(sharesOf(cluster).map(({ owned }) => owned)).toEqual([1366, 1365, 1365]);
  expect(hasOneDistribution(cluster)).toBe(true);
  expect([singleRulesOn(cluster, 1), singleRulesOn(cluster, 2)]).toEqual([["admin"], []]);
  expect(sharesOf(sampleCluster(hosts, { rules: [admin] })).map(({ owned }) => owned)).toEqual([4096, 0, 0]);
});

test("several balanced rules are averaged", () => {
  const cluster = sampleCluster(hosts, { rules: [sampleRule(), half] });
  expect(sharesOf(cluster).map(({ owned }) => owned)).toEqual([1707, 1706.5, 682.5]);
  expect(hasOneDistribution(cluster)).toBe(false);
});

test("without rules nobody has a share", () => {
  expect(
    sharesOf(sampleCluster(hosts, { rules: [] })).every(({ owned, target }) => owned === 0 && target === 0),
  ).toBe(true);
});

test("the heartbeat in words", () => {
  expect(heartbeatText({ periodMs: 200, tolerance: 4 })).toBe("every 200 ms, lost after 4 missed (0.8 s)");
  expect(heartbeatText({ periodMs: 1000, tolerance: 5 })).toBe("every 1 s, lost after 5 missed (5 s)");
});
