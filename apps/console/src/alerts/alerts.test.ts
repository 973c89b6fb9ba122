/** One list of what is wrong: nothing twice, nothing lost, newest first, each with the way to it. */
import type { PairCause } from "@bulkhead/api";
import { sampleView } from "@bulkhead/core/mscs";
import { expect, test } from "vitest";
import { samplePairSnapshot } from "../mscs/sample-pair.ts";
import { sampleFleet, sampleNode } from "../states/sample-fleet.ts";
import { sampleCluster, sampleHost, sampleMember } from "../wlbs/sample-cluster.ts";
import { alertsOf, nodesTold } from "./alerts.ts";

const cause = (change: Partial<PairCause>): PairCause => ({
  code: "group",
  severity: "error",
  about: null,
  text: "Group sql is failed.",
  cure: "Cure it.",
  since: 1_000,
  ...change,
});

const refusal = (rule: string, message: string) => ({
  rule,
  severity: "error" as const,
  objects: [{ kind: "node" as const, name: "db-1" }],
  message,
  reason: "",
  cure: "Move it.",
});

test("a calm fleet has none, and what was ordered is none either", () => {
  const ordered = cause({ code: "order", severity: "note" });
  const fleet = sampleFleet({
    nodes: [sampleNode("db-1"), sampleNode("spare")],
    wlbs: [sampleCluster([1, 2, 3].map((id) => sampleHost(id)))],
    mscs: [samplePairSnapshot({ causes: [ordered] })],
  });
  expect(alertsOf(fleet)).toEqual([]);
});

test("all tiers stand in one list, the newest first, with cure and place", () => {
  const finding = {
    kind: "wrong-key",
    severity: "warn" as const,
    text: "web-2 signs with another key.",
    cure: "Renew it.",
    evidence: [],
    since: 3_000,
    hosts: ["web-2"],
  };
  const fleet = sampleFleet({
    nodes: [sampleNode("spare", { online: false })],
    wlbs: [
      sampleCluster(
        [1, 2, 3].map((id) => sampleHost(id)),
        { findings: [finding] },
      ),
    ],
    mscs: [
      samplePairSnapshot({ causes: [cause({}), cause({ code: "drift", severity: "warn", since: 4_000 })] }),
    ],
    violations: [
      { ...refusal("R4", "It equals a virtual IP"), since: 2_000 },
      { ...refusal("W-wrong-key", "told by its cluster"), since: 9_000 },
    ],
  });
  expect(alertsOf(fleet).map(({ role, name, path, cure }) => [role, name, path, cure])).toEqual([
    ["unknown", "spare", "/nodes?node=spare", expect.stringContaining("systemctl status bulkhead-agent")],
    ["warn", "data", "/failover?cluster=data&view=setup", "Cure it."],
    ["warn", "web", "/load-balancing?cluster=web", "Renew it."],
    ["bad", "R4", "/nodes?node=db-1", "Move it."],
    ["bad", "data", "/failover?cluster=data", "Cure it."],
  ]);
});

test("a node is told by its cluster or by itself, not by both, and not by another of a longer name", () => {
  const silence = cause({ code: "silence", severity: "warn", about: { kind: "node", name: "db-10" } });
  const without2 = [sampleMember(1), sampleMember(3)];
  const lost = { ...sampleHost(2), online: false };
  const fleet = sampleFleet({
    nodes: ["db-1", "db-10", "web-2"].map((name) => sampleNode(name, { online: false })),
    wlbs: [sampleCluster([sampleHost(1, { members: without2 }), lost, sampleHost(3, { members: without2 })])],
    mscs: [samplePairSnapshot({ causes: [silence] })],
  });
  expect([...nodesTold(fleet)]).toEqual(["web-2", "db-10"]);
  const ids = alertsOf(fleet).map(({ id }) => id);
  expect(ids).toEqual(["host web-2 Lost", "node db-1 No news", "mscs data silence db-10"]);
});

test("a host that serves nobody is told even if a finding speaks of it", () => {
  const findings = [
    {
      kind: "clock",
      severity: "warn" as const,
      text: "Its clock is off.",
      cure: "Set it.",
      evidence: [],
      since: 1,
      hosts: ["web-1"],
    },
  ];
  const hosts = [sampleHost(1, { leaseAlive: false }), sampleHost(2), sampleHost(3)];
  const alerts = alertsOf(sampleFleet({ wlbs: [sampleCluster(hosts, { findings })] }));
  expect(alerts.map(({ role, text }) => `${role} ${text}`)).toEqual([
    "warn Its clock is off.",
    expect.stringContaining("bad The kernel lease of web-1 has run out"),
  ]);
});

test("a node that cannot be fenced says what a person has to do", () => {
  const view = sampleView({
    nodes: [
      { name: "db-1", state: "up", pause: null },
      { name: "db-2", state: "unclean", pause: null },
    ],
    fenceHistory: [{ target: "db-2", action: "off", status: "failed", completed: "2026-11-23 06:25:28Z" }],
  });
  const unclean = cause({ code: "node", about: { kind: "node", name: "db-2" } });
  const [alert] = alertsOf(sampleFleet({ mscs: [samplePairSnapshot({ view, causes: [unclean] })] }));
  expect(alert).toMatchObject({ role: "bad", path: "/failover?cluster=data&view=quorum" });
  expect(alert?.cure).toContain("on db-1: stonith_admin --confirm=db-2");
  const waits = alertsOf(sampleFleet({ mscs: [samplePairSnapshot({ causes: [unclean] })] }))[0];
  expect(waits?.role).toBe("unknown");
});
