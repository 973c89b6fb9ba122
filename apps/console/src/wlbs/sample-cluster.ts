/** A cluster for the unit tests of the pure helpers. Not part of any page. */
import { noTraffic } from "@bulkhead/core/wlbs";
import type { WlbsCluster, WlbsHost, WlbsHostStatus, WlbsRule } from "../states/wlbs-states.ts";

type Member = WlbsHostStatus["members"][number];
type RuleView = WlbsHostStatus["rules"][number];

/** A peer as a host sees it. */
export function sampleMember(hostId: number, patch: Partial<Member> = {}): Member {
  const facts = { lastHeardMsAgo: 100, isMember: true, hearsMe: true, lostPercent: 0, jitterMs: 2 };
  return { hostId, node: `web-${hostId}`, state: "converged", ...facts, probeHeard: true, ...patch };
}

/** Rule http as a host reports it. */
export function sampleRuleView(patch: Partial<RuleView> = {}): RuleView {
  const counts = { ownedCount: 1365, drainingCount: 0, openConnections: 4, table: 0 };
  return { name: "http", state: "enabled", health: "none", healthText: null, ...counts, ...patch };
}

/** A converged, online host. */
export function sampleHost(hostId: number, patch: Partial<WlbsHostStatus> = {}): WlbsHost {
  const node = `web-${hostId}`;
  const status: WlbsHostStatus = {
    cluster: "web",
    hostId,
    state: "converged",
    isDefaultHost: hostId === 1,
    cause: null,
    epoch: "4.1",
    convergenceCount: 2,
    since: 0,
    members: [1, 2, 3].map((id) => sampleMember(id)),
    rules: [sampleRuleView()],
    findings: [],
    drain: null,
    ownedCount: 1365,
    drainingCount: 0,
    openConnections: 4,
    leaseAlive: true,
    traffic: noTraffic,
    rejectedBeats: {},
    lastError: null,
    ...patch,
  };
  const settings = { interface: "eth0", initialState: "started" as const, retainSuspended: true };
  const news = { online: true, status, statusAt: 0, isFresh: true, rates: null };
  return { node, hostId, dedicatedIp: `10.77.0.${hostId}`, ...settings, ...news };
}

/** Rule http, tcp 80, equal load on hosts 1 to 3. */
export function sampleRule(patch: Partial<WlbsRule> = {}): WlbsRule {
  return {
    name: "http",
    vip: null,
    startPort: 80,
    endPort: 80,
    protocol: "tcp",
    mode: "multiple",
    affinity: "none",
    affinityTimeoutMin: 0,
    weights: [1, 2, 3].map((hostId) => ({ hostId, weight: 50 })),
    priorities: [1, 2, 3].map((hostId) => ({ hostId, priority: hostId })),
    probe: null,
    table: 0,
    distribution: [
      { hostId: 1, buckets: 1366 },
      { hostId: 2, buckets: 1365 },
      { hostId: 3, buckets: 1365 },
    ],
    ...patch,
  };
}

/** All hear all, but the pairs named as "listener<speaker". */
export function sampleHearing(
  hostIds: readonly number[],
  deaf: readonly string[] = [],
): WlbsCluster["heartbeats"] {
  const pairs = hostIds.flatMap((listener) =>
    hostIds.flatMap((speaker) => (listener === speaker ? [] : [{ listener, speaker }])),
  );
  return pairs.map((pair) =>
    deaf.includes(`${pair.listener}<${pair.speaker}`)
      ? {
          ...pair,
          verdict: "unheard",
          lastHeardMsAgo: null,
          lostPercent: null,
          jitterMs: null,
          probeHeard: null,
        }
      : { ...pair, verdict: "heard", lastHeardMsAgo: 100, lostPercent: 0, jitterMs: 2, probeHeard: true },
  );
}

/** A converged cluster of these hosts. */
export function sampleCluster(hosts: WlbsHost[], patch: Partial<WlbsCluster> = {}): WlbsCluster {
  return {
    name: "web",
    internetName: "www.example.org",
    vips: [{ address: "10.77.0.100", prefixLength: 24 }],
    mode: "multicast",
    clusterMac: "03:bf:0a:4d:00:64",
    needs: [],
    heartbeat: { periodMs: 200, tolerance: 4, group: "239.255.0.100", port: 7946 },
    partition: "serve",
    filterIcmp: false,
    hashSeed: 1,
    rules: [sampleRule()],
    state: "converged",
    why: null,
    hosts,
    epoch: "4.1",
    tablesKey: "4.1 1",
    heartbeats: sampleHearing(hosts.map(({ hostId }) => hostId)),
    findings: [],
    history: [],
    keyRotation: null,
    ...patch,
  };
}
