/** A state is never only an adjective, and a silent host is never shown as running. */
import { expect, test } from "vitest";
import { sampleCluster, sampleHost, sampleMember, sampleRuleView } from "../wlbs/sample-cluster.ts";
import { wlbsClusterCondition, wlbsHostCondition } from "./wlbs-states.ts";

const without = (lost: number) => [1, 2, 3].filter((id) => id !== lost).map((hostId) => sampleMember(hostId));

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
  ["suspended", "off"],
  ["draining", "active"],
  ["converging", "active"],
] as const)("%s says since when and what is awaited", (state, role) => {
  const host = sampleHost(1, { state, since: 0, openConnections: 3 });
  const condition = wlbsHostCondition(sampleCluster([host]), host, 14_000);
  expect(condition.role).toBe(role);
  expect(condition.why).toContain("14 s");
});

test("a drain says what is left, how long it may take and when the rest is cut", () => {
  const drain = { since: 0, deadline: 60_000, openConnections: 3, estimateS: 20 };
  const host = sampleHost(1, { state: "draining", since: 0, drain });
  expect(wlbsHostCondition(sampleCluster([host]), host, 10_000).why).toBe(
    "Draining for 10 s: 3 connections left, about 20 s if they go on ending like this. The rest is cut in 50 s.",
  );
});

test("a finding makes a converged cluster degraded, in its own words", () => {
  const finding = {
    kind: "duplicate-vip",
    text: "Another machine claims 10.77.0.100.",
    cure: "",
    evidence: [],
    since: 0,
  };
  const cluster = sampleCluster([sampleHost(1)], {
    findings: [{ ...finding, severity: "error", hosts: ["web-1"] }],
  });
  expect(wlbsClusterCondition(cluster)).toEqual({ role: "bad", word: "Degraded", why: finding.text });
});

test("a failing probe degrades the host and the cluster, in the probe's words", () => {
  const rules = [sampleRuleView({ health: "failing", healthText: "status 502" })];
  const host = sampleHost(2, { rules });
  const why = "web-2 takes no new clients of http: status 502.";
  expect(wlbsHostCondition(sampleCluster([host]), host, 0)).toEqual({
    role: "warn",
    word: "Probe fails",
    why,
  });
  expect(wlbsClusterCondition(sampleCluster([sampleHost(1), host]))).toMatchObject({ word: "Degraded", why });
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
  for (const state of ["converging", "draining", "stopped", "suspended", "split", "unknown"] as const) {
    expect(wlbsClusterCondition({ ...sampleCluster([sampleHost(1)]), state }).why).not.toBeNull();
  }
});
