/** One honest message of every kind, for tests: of this package and of those that speak the protocol. */
import type { MscsPolicy, MscsStatus } from "@bulkhead/core/mscs";
import type { NodePolicy } from "@bulkhead/core/plan";
import type { WlbsPolicy, WlbsStatus } from "@bulkhead/core/wlbs";
import type { BundlePayload, InventoryReport, ToAgent, ToController } from "./link.ts";

const machineId = "0123456789abcdef0123456789abcdef";
const wall = {
  vips: [{ address: "192.0.2.100", cluster: "web" }],
  mscsAddresses: [
    { address: "192.0.2.50", owner: "group sql, resource ip" },
    { address: "192.0.2.11", owner: "node db-1" },
    { address: "192.0.2.12", owner: "node db-2" },
  ],
};

export const sampleWlbsPolicy: WlbsPolicy = {
  cluster: "web",
  vip: "192.0.2.100",
  vipPrefixLength: 24,
  mode: "multicast",
  clusterMac: "03:bf:c0:00:02:64",
  heartbeat: { periodMs: 200, tolerance: 4 },
  hosts: [1, 2].map((id) => ({
    node: `web-${id}`,
    hostId: id,
    dedicatedIp: `192.0.2.${id}`,
    prefixLength: 24,
    interface: "eth0",
    initialState: "started" as const,
  })),
  rules: [{ name: "http", startPort: 80, endPort: 80, protocol: "tcp", mode: "multiple", affinity: "none" }],
  hashSeed: 7,
  heartbeatGroup: "239.255.2.100",
  heartbeatPort: 2504,
};

const restart = { threshold: 3, periodS: 900 };

export const sampleMscsPolicy: MscsPolicy = {
  cluster: "data",
  nodes: [
    { node: "db-1", nodeId: 1, address: "192.0.2.11" },
    { node: "db-2", nodeId: 2, address: "192.0.2.12" },
  ],
  witness: { node: "witness-1", address: "192.0.2.20" },
  fencing: {
    agent: "fence_ipmilan",
    nodes: { "db-1": { ip: "198.51.100.1" }, "db-2": { ip: "198.51.100.2" } },
  },
  tokenMs: 1000,
  groups: [
    {
      name: "sql",
      preferredOwners: ["db-1", "db-2"],
      failback: { allow: true, windowHours: [2, 4] },
      failover: { threshold: 3, periodHours: 6 },
      resources: [
        {
          name: "disk",
          type: "filesystem",
          device: "/dev/sdb1",
          mount: "/srv/sql",
          fs: "ext4",
          dependsOn: [],
          restart,
        },
        {
          name: "ip",
          type: "ipAddress",
          address: "192.0.2.50",
          prefixLength: 24,
          interface: "eth0",
          dependsOn: [],
          restart,
        },
        {
          name: "db",
          type: "postgresql",
          dataDir: "/srv/sql/data",
          binDir: null,
          port: 5432,
          dependsOn: ["disk", "ip"],
          restart,
        },
      ],
    },
  ],
};

export const samplePolicies: NodePolicy[] = [
  { service: "wlbs", wlbs: sampleWlbsPolicy, wall },
  { service: "mscs", mscs: sampleMscsPolicy, wall },
  { service: "witness", witness: { cluster: "data", address: "192.0.2.20" }, wall },
  { service: "none", wall },
];

export function samplePayload(policy: NodePolicy): BundlePayload {
  return {
    formatVersion: 1,
    node: "web-1",
    machineId,
    generation: 3,
    issuedAt: 1_790_000_000_000,
    policy,
    sealedSecrets: null,
  };
}

export const sampleInventory: InventoryReport = {
  machineId,
  hostname: "web-1",
  agentVersion: "0.1.0",
  kernel: "6.1.0",
  addresses: [{ interface: "eth0", address: "192.0.2.1", prefixLength: 24 }],
  servicesSeen: ["wlbs"],
};

const wlbsStatus: WlbsStatus = {
  cluster: "web",
  hostId: 1,
  state: "converged",
  isDefaultHost: true,
  cause: null,
  epoch: "4.1",
  convergenceCount: 2,
  since: 1_790_000_000_000,
  members: [{ hostId: 1, node: "web-1", state: "converged", lastHeardMsAgo: 12.5 }],
  table: "1x2048,2x2048",
  ownedCount: 2048,
  drainingCount: 0,
  openConnections: 5,
  leaseAlive: true,
  traffic: { acceptedPackets: 10, acceptedBytes: 600, drainedPackets: 0, foreignPackets: 9 },
  lastError: null,
};

const mscsStatus: MscsStatus = {
  cluster: "data",
  node: "db-1",
  view: {
    cluster: "data",
    engineBlind: null,
    hasQuorum: true,
    witnessVotes: true,
    fencingEnabled: true,
    dc: "db-1",
    nodes: [{ name: "db-1", state: "up" }],
    groups: [
      {
        name: "sql",
        state: "online",
        owner: "db-1",
        resources: [{ name: "ip", type: "ipAddress", state: "online", owner: "db-1", failCount: 0 }],
      },
    ],
    fenceHistory: [{ target: "db-2", action: "off", status: "success", completed: "2026-01-01 00:00:00Z" }],
    cibEpoch: "0.4.2",
  },
  daemons: [{ name: "corosync", running: true }],
  lastError: null,
};

const signature = Buffer.alloc(64, 1).toString("base64");
const refusal = {
  rule: "R1",
  severity: "error" as const,
  objects: [{ kind: "node" as const, name: "web-1" }],
  message: "m",
  reason: "r",
  cure: "c",
};

export const sampleToAgent: ToAgent[] = [
  { type: "challenge", nonce: "bm9uY2U" },
  { type: "welcome", signature, now: 1_790_000_000_000 },
  { type: "bundle", envelope: { payload: "e30=", signature, keyId: "AAAAAAAAAAAAAAAAAAAAAA" } },
  { type: "command", id: "c-1", verb: "mscs.move", args: { group: "sql", to: "db-2" } },
];

export const sampleToController: ToController[] = [
  { type: "hello", node: "web-1", nonce: "bm9uY2U", signature, appliedGeneration: 3 },
  { type: "inventory", inventory: sampleInventory },
  { type: "status", at: 1, status: { service: "wlbs", wlbs: wlbsStatus } },
  { type: "status", at: 1, status: { service: "mscs", mscs: mscsStatus } },
  { type: "status", at: 1, status: { service: "witness", witness: { running: true, lastError: null } } },
  { type: "status", at: 1, status: { service: "none" } },
  { type: "bundleResult", generation: 3, accepted: false, refusal },
  { type: "commandResult", id: "c-1", result: { code: "refused", message: "no", refusal, data: { a: [1] } } },
  { type: "event", at: 1, kind: "bundle.refused", message: "m", objects: [{ kind: "bundle", name: "3" }] },
];
