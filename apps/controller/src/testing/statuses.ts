/** Status reports as real halves make them, for tests. */
import { type ClusterView, samplePairStatus, sampleView } from "@bulkhead/core/mscs";
import type { MemberView, RuleView, TrafficCounters, WlbsStatus } from "@bulkhead/core/wlbs";
import type { StatusReport } from "@bulkhead/protocol";

/** A healthy host `web-1` of cluster `web` (rule http, one table). */
export function wlbsStatus(changes: Partial<WlbsStatus> = {}): StatusReport {
  return {
    service: "wlbs",
    wlbs: {
      cluster: "web",
      hostId: 1,
      state: "converged",
      isDefaultHost: false,
      cause: null,
      epoch: "3.1",
      convergenceCount: 1,
      since: 1_000,
      members: [],
      tables: ["1x4096"],
      history: [],
      findings: [],
      rules: [ruleView()],
      drain: null,
      ownedCount: 4096,
      drainingCount: 0,
      openConnections: 0,
      leaseAlive: true,
      traffic: traffic(),
      rejectedBeats: {},
      lastError: null,
      ...changes,
    },
  };
}

export function ruleView(changes: Partial<RuleView> = {}): RuleView {
  return {
    name: "http",
    state: "enabled",
    health: "none",
    healthText: null,
    ownedCount: 4096,
    drainingCount: 0,
    openConnections: 0,
    table: 0,
    ...changes,
  };
}

export function traffic(changes: Partial<TrafficCounters> = {}): TrafficCounters {
  const accepted = { acceptedPackets: 0, acceptedBytes: 0, drainedPackets: 0, drainedBytes: 0 };
  const dropped = { foreignPackets: 0, foreignBytes: 0, unleasedPackets: 0, strayPackets: 0 };
  const other = { blockedPackets: 0, fragmentPackets: 0, forwardedPackets: 0, leaseRenewals: 0 };
  return { ...accepted, ...dropped, ...other, rules: [], vips: [], bucketGroups: null, ...changes };
}

/** What a host says of another one that it hears well. */
export function memberView(hostId: number, changes: Partial<MemberView> = {}): MemberView {
  return {
    hostId,
    node: `web-${hostId}`,
    state: "converged",
    lastHeardMsAgo: 50,
    isMember: true,
    hearsMe: true,
    lostPercent: 0,
    jitterMs: 0.4,
    probeHeard: true,
    ...changes,
  };
}

export function mscsStatus(node: string, changes: Partial<ClusterView> = {}): StatusReport {
  return { service: "mscs", mscs: samplePairStatus(node, sampleView(changes)) };
}
