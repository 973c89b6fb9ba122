/** A cluster for the unit tests of the pure helpers. Not part of any page. */
import type { WlbsCluster, WlbsHost, WlbsHostStatus } from "../states/wlbs-states.ts";

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
    members: [1, 2, 3].map((id) => ({
      hostId: id,
      node: `web-${id}`,
      state: "converged",
      lastHeardMsAgo: 100,
    })),
    table: null,
    ownedCount: 1365,
    drainingCount: 0,
    openConnections: 4,
    leaseAlive: true,
    traffic: { acceptedPackets: 0, acceptedBytes: 0, drainedPackets: 0, foreignPackets: 0 },
    lastError: null,
    ...patch,
  };
  return { node, hostId, dedicatedIp: `10.77.0.${hostId}`, online: true, status, statusAt: 0, rates: null };
}

/** A cluster of these hosts without a table. */
export function sampleCluster(hosts: WlbsHost[]): WlbsCluster {
  return {
    name: "web",
    vip: "10.77.0.100",
    mode: "multicast",
    clusterMac: "03:bf:0a:4d:00:64",
    hashSeed: 1,
    rules: [
      { name: "http", startPort: 80, endPort: 80, protocol: "tcp", mode: "multiple", affinity: "none" },
    ],
    state: "converged",
    why: null,
    hosts,
    table: null,
    epoch: "4.1",
  };
}
