/** A whole status of a host, for tests of what is made of one. */
import { noTraffic, type WlbsStatus } from "@bulkhead/core/wlbs";

const { rules: _rules, vips: _vips, bucketGroups: _groups, ...total } = noTraffic;
const flow = {
  acceptedPackets: 5,
  acceptedBytes: 500,
  drainedPackets: 2,
  drainedBytes: 200,
  foreignPackets: 9,
  foreignBytes: 900,
};

export const sampleStatus: WlbsStatus = {
  cluster: "web",
  hostId: 1,
  state: "converged",
  isDefaultHost: true,
  cause: null,
  epoch: "3.1",
  convergenceCount: 3,
  since: 1_000,
  members: [
    member(1, "web-1", { lastHeardMsAgo: 0 }),
    member(2, "web-2", { lastHeardMsAgo: 80, lostPercent: 4, jitterMs: 2 }),
  ],
  tables: ["1x2048,2x2048"],
  rules: [
    {
      name: "http",
      state: "enabled",
      health: "failing",
      healthText: "connection refused",
      ownedCount: 2_048,
      drainingCount: 3,
      openConnections: 7,
      table: 0,
    },
  ],
  history: [],
  findings: [
    { kind: "duplicate-vip", severity: "error", text: "", cure: "", evidence: [], since: 1 },
    { kind: "duplicate-vip", severity: "error", text: "", cure: "", evidence: [], since: 1 },
  ],
  drain: null,
  ownedCount: 2_048,
  drainingCount: 3,
  openConnections: 8,
  leaseAlive: true,
  traffic: {
    ...total,
    ...flow,
    strayPackets: 11,
    leaseRenewals: 42,
    rules: [{ name: "http", ...flow }],
    vips: [{ address: "192.0.2.100", ...flow }],
    bucketGroups: [1, 4],
  },
  rejectedBeats: { "unknown-key": 6 },
  lastError: null,
};

function member(hostId: number, node: string, change: Partial<WlbsStatus["members"][number]>) {
  const state = "converged" as const;
  const calm = { lastHeardMsAgo: 0, lostPercent: 0, jitterMs: 0, probeHeard: null };
  return { hostId, node, state, isMember: true, hearsMe: true, ...calm, ...change };
}
