/** A state is never only an adjective, and a silent host is never shown as running. */
import { expect, test } from "vitest";
import { sampleCluster, sampleHost } from "../wlbs/sample-cluster.ts";
import { wlbsClusterCondition, wlbsHostCondition } from "./wlbs-states.ts";

const without = (lost: number) =>
  [1, 2, 3]
    .filter((id) => id !== lost)
    .map((hostId) => ({ hostId, node: `web-${hostId}`, state: "converged" as const, lastHeardMsAgo: 50 }));

test("a host that is silent but heard by its peers has no news, and serves on", () => {
  const silent = { ...sampleHost(2), online: false };
  const condition = wlbsHostCondition(sampleCluster([sampleHost(1), silent]), silent, 0);
  expect(condition).toMatchObject({ role: "unknown", word: "No news" });
  expect(condition.why).toContain("goes on serving");
});

test("a host that its peers gave up is lost, and the cluster is degraded at once", () => {
  const lost = { ...sampleHost(2), online: false };
  const cluster = sampleCluster([
    sampleHost(1, { members: without(2) }),
    lost,
    sampleHost(3, { members: without(2) }),
  ]);
  expect(wlbsHostCondition(cluster, lost, 0)).toMatchObject({ role: "bad", word: "Lost" });
  expect(wlbsClusterCondition(cluster)).toMatchObject({ role: "warn", word: "Degraded" });
});

test.each([
  ["stopped", "off"],
  ["draining", "active"],
  ["converging", "active"],
] as const)("%s says since when and what is awaited", (state, role) => {
  const host = sampleHost(1, { state, since: 0, openConnections: 3 });
  const condition = wlbsHostCondition(sampleCluster([host]), host, 14_000);
  expect(condition.role).toBe(role);
  expect(condition.why).toContain("14 s");
});

test("a host without a lease accepts nothing, so it is not well", () => {
  const host = sampleHost(1, { leaseAlive: false });
  expect(wlbsHostCondition(sampleCluster([host]), host, 0)).toMatchObject({ role: "bad", word: "No lease" });
});

test("all well is the only state without a why line", () => {
  expect(wlbsClusterCondition(sampleCluster([sampleHost(1), sampleHost(2), sampleHost(3)]))).toEqual({
    role: "ok",
    word: "Converged",
    why: null,
  });
  for (const state of ["converging", "draining", "stopped", "split", "unknown"] as const) {
    expect(wlbsClusterCondition({ ...sampleCluster([sampleHost(1)]), state }).why).not.toBeNull();
  }
});
