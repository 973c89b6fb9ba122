/** The report of a WLBS host that has everything to say: for tests, see `samples.ts`. */
import type { FlowCount, WlbsStatus } from "@bulkhead/core/wlbs";

const flow: FlowCount = {
  acceptedPackets: 10,
  acceptedBytes: 600,
  drainedPackets: 1,
  drainedBytes: 60,
  foreignPackets: 9,
  foreignBytes: 540,
};
const since = 1_790_000_000_000;

export const sampleWlbsStatus: WlbsStatus = {
  cluster: "web",
  hostId: 1,
  state: "draining",
  isDefaultHost: true,
  cause: "waiting for host 2 to release its buckets",
  epoch: "4.1",
  convergenceCount: 2,
  since,
  members: [
    {
      hostId: 2,
      node: "web-2",
      state: "suspended",
      lastHeardMsAgo: 12.5,
      isMember: false,
      hearsMe: false,
      lostPercent: 1.5,
      jitterMs: 0.75,
      probeHeard: false,
    },
  ],
  tables: ["1x2048,2x2048"],
  rules: [
    {
      name: "http",
      state: "draining",
      health: "failing",
      healthText: "connection refused",
      ownedCount: 2048,
      drainingCount: 7,
      openConnections: 5,
      table: 0,
    },
  ],
  history: [
    {
      epoch: "4.1",
      cause: "member-lost",
      text: "host 3 (web-3) was lost",
      initiator: 0,
      startedAt: since,
      endedAt: null,
      members: [1, 2],
    },
  ],
  findings: [
    {
      kind: "duplicate-vip",
      severity: "error",
      text: "192.0.2.100 is claimed by 02:00:00:00:00:09",
      cure: "Take the address off the other machine.",
      evidence: ["ARP reply from 02:00:00:00:00:09"],
      since,
    },
  ],
  drain: { since, deadline: since + 60_000, openConnections: 5, estimateS: 12.5 },
  ownedCount: 2048,
  drainingCount: 7,
  openConnections: 5,
  leaseAlive: true,
  traffic: {
    ...flow,
    unleasedPackets: 1,
    strayPackets: 2,
    blockedPackets: 3,
    fragmentPackets: 4,
    forwardedPackets: 5,
    leaseRenewals: 6,
    rules: [{ name: "http", ...flow }],
    vips: [{ address: "192.0.2.100", ...flow }],
    bucketGroups: Array.from({ length: 16 }, (_, group) => group),
  },
  rejectedBeats: { "wrong-key": 3 },
  lastError: null,
};
