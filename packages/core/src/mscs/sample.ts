/** Small parts of a pair's policy for tests, with every value at its default. */
import type { MscsGroup, MscsNodePolicy, MscsPolicy, ResourceCommon, Restart } from "./types.ts";
import type { ClusterView, GroupView, MscsStatus, ResourceView } from "./view.ts";

/** DOMAIN 2.4: three restarts in 900 s, then failover; 500 ms before each. */
export const sampleRestart: Restart = { action: "failover", threshold: 3, periodS: 900, delayMs: 500 };

export function sampleCommon(name: string, dependsOn: string[] = []): ResourceCommon {
  return {
    name,
    dependsOn,
    possibleOwners: [],
    restart: sampleRestart,
    pendingTimeoutS: null,
    looksAliveS: null,
    isAliveS: null,
    retryAfterS: 3600,
  };
}

/** A file system, an address, and a database on both. */
export function sampleGroup(change: Partial<MscsGroup> = {}): MscsGroup {
  return {
    name: "sql",
    preferredOwners: ["db-1"],
    failback: { allow: false, windowHours: null },
    failover: { threshold: 10, periodHours: 6 },
    priority: "medium",
    antiAffinity: [],
    persistentState: true,
    resources: [
      {
        ...sampleCommon("disk"),
        type: "filesystem",
        device: "/dev/sdb1",
        mount: "/srv/sql",
        fs: "ext4",
        options: "",
      },
      {
        ...sampleCommon("ip"),
        type: "ipAddress",
        address: "10.77.0.50",
        prefixLength: 24,
        interface: "eth0",
      },
      {
        ...sampleCommon("db", ["disk", "ip"]),
        type: "postgresql",
        dataDir: "/srv/sql/data",
        binDir: "/usr/lib/postgresql/15/bin",
        port: 5432,
      },
    ],
    ...change,
  };
}

export function samplePairNode(node: string, nodeId: number, address: string): MscsNodePolicy {
  return { node, nodeId, address, secondAddress: null };
}

export function samplePair(change: Partial<MscsPolicy> = {}): MscsPolicy {
  return {
    cluster: "data",
    engine: "made",
    nodes: [samplePairNode("db-1", 1, "10.77.0.11"), samplePairNode("db-2", 2, "10.77.0.12")],
    networks: [{ name: "service", subnet: "10.77.0.0/24", role: "both", link: 0 }],
    witness: { node: "witness-1", address: "10.77.0.20" },
    fencing: {
      agent: "fence_ipmilan",
      parameters: {},
      nodes: { "db-1": { ip: "192.0.2.1" }, "db-2": { ip: "192.0.2.2" } },
    },
    tokenMs: 1000,
    groups: [sampleGroup()],
    ...change,
  };
}

/** Both nodes up, the group online on db-1. */
export function sampleView(change: Partial<ClusterView> = {}): ClusterView {
  return {
    cluster: "data",
    engineBlind: null,
    hasQuorum: true,
    witnessVotes: true,
    witness: { votes: true, isTls: true, why: null },
    fencingEnabled: true,
    fencing: [],
    isMaintenance: false,
    dc: "db-1",
    nodes: [
      { name: "db-1", state: "up", pause: null },
      { name: "db-2", state: "up", pause: null },
    ],
    networks: [],
    groups: [sampleGroupView()],
    fenceHistory: [],
    cibEpoch: "0.1.0",
    ...change,
  };
}

export function sampleGroupView(change: Partial<GroupView> = {}): GroupView {
  return {
    name: "sql",
    state: "online",
    owner: "db-1",
    since: null,
    isOrderedOffline: false,
    failovers: { count: 0, isHalted: false },
    resources: [],
    ...change,
  };
}

export function sampleResourceView(change: Partial<ResourceView> = {}): ResourceView {
  return {
    name: "ip",
    type: "ocf:heartbeat:IPaddr2",
    state: "online",
    owner: "db-1",
    failCount: 0,
    isOrderedOffline: false,
    lastFailure: null,
    ...change,
  };
}

/** What the agent of a node reports of a healthy pair. */
export function samplePairStatus(node: string, view: ClusterView = sampleView()): MscsStatus {
  return {
    cluster: view.cluster,
    node,
    view,
    daemons: [],
    lastError: null,
    drift: [],
    acts: [],
    failovers: [],
  };
}
