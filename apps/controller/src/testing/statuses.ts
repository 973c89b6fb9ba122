/** Status reports as real halves make them, for tests. */
import type { ClusterView } from "@bulkhead/core/mscs";
import type { WlbsStatus } from "@bulkhead/core/wlbs";
import type { StatusReport } from "@bulkhead/protocol";

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
      table: "1x4096",
      ownedCount: 4096,
      drainingCount: 0,
      openConnections: 0,
      leaseAlive: true,
      traffic: { acceptedPackets: 0, acceptedBytes: 0, drainedPackets: 0, foreignPackets: 0 },
      lastError: null,
      ...changes,
    },
  };
}

export function mscsStatus(node: string, changes: Partial<ClusterView> = {}): StatusReport {
  const view: ClusterView = {
    cluster: "data",
    engineBlind: null,
    hasQuorum: true,
    witnessVotes: true,
    fencingEnabled: true,
    dc: "db-1",
    nodes: [
      { name: "db-1", state: "up" },
      { name: "db-2", state: "up" },
    ],
    groups: [{ name: "sql", state: "online", owner: "db-1", resources: [] }],
    fenceHistory: [],
    cibEpoch: "0.1.0",
    ...changes,
  };
  return { service: "mscs", mscs: { cluster: "data", node, view, daemons: [], lastError: null } };
}
