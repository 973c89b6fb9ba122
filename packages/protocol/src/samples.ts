/** One honest message of every kind, for tests: of this package and of those that speak the protocol. */
import {
  type MscsPolicy,
  type MscsStatus,
  sampleGroup,
  sampleGroupView,
  samplePair,
  samplePairNode,
  samplePairStatus,
  sampleResourceView,
  sampleView,
} from "@bulkhead/core/mscs";
import type { NodePolicy } from "@bulkhead/core/plan";
import { samplePolicy, sampleRule, type WlbsPolicy } from "@bulkhead/core/wlbs";
import type { BundlePayload, InventoryReport, ToAgent, ToController } from "./link.ts";
import { sampleWlbsStatus } from "./samples-status.ts";

const machineId = "0123456789abcdef0123456789abcdef";
const wall = {
  vips: [
    { address: "192.0.2.100", cluster: "web" },
    { address: "2001:db8::100", cluster: "web" },
  ],
  mscsAddresses: [
    { address: "192.0.2.50", owner: "group sql, resource ip" },
    { address: "192.0.2.11", owner: "node db-1" },
    { address: "192.0.2.12", owner: "node db-2" },
  ],
};

/** A policy in which no field has the value that it would have by default. */
export const sampleWlbsPolicy: WlbsPolicy = samplePolicy(2, {
  internetName: "web.example.com",
  vips: [
    { address: "192.0.2.100", prefixLength: 24 },
    { address: "2001:db8::100", prefixLength: 64 },
  ],
  partition: "majority",
  filterIcmp: true,
  rules: [
    sampleRule(2, {
      vip: "2001:db8::100",
      affinity: "network",
      affinityTimeoutMin: 20,
      weights: [
        { hostId: 1, weight: 100 },
        { hostId: 2, weight: 0 },
      ],
      probe: {
        check: {
          kind: "http",
          port: 80,
          path: "/healthz",
          host: "web.example.com",
          statusMin: 200,
          statusMax: 299,
          bodyContains: "ok",
        },
        periodMs: 1000,
        timeoutMs: 500,
        rise: 2,
        fall: 3,
        whenAllFail: "stop",
      },
    }),
    sampleRule(2, {
      name: "admin",
      startPort: 8080,
      endPort: 8090,
      protocol: "both",
      mode: "single",
      affinity: "single",
      priorities: [
        { hostId: 1, priority: 2 },
        { hostId: 2, priority: 1 },
      ],
      probe: {
        check: { kind: "script", command: "/usr/local/bin/check-admin", args: ["--quick"] },
        periodMs: 5000,
        timeoutMs: 1000,
        rise: 1,
        fall: 1,
        whenAllFail: "serve",
      },
    }),
    sampleRule(2, { name: "blocked", startPort: 9000, endPort: 9000, mode: "disabled" }),
  ],
});

export const sampleMscsPolicy: MscsPolicy = samplePair({
  nodes: [samplePairNode("db-1", 1, "192.0.2.11"), samplePairNode("db-2", 2, "192.0.2.12")],
  witness: { node: "witness-1", address: "192.0.2.20" },
  groups: [
    sampleGroup({
      preferredOwners: ["db-1", "db-2"],
      failback: { allow: true, windowHours: [2, 4] },
      failover: { threshold: 3, periodHours: 6 },
    }),
  ],
});

export const samplePolicies: NodePolicy[] = [
  { service: "wlbs", wlbs: sampleWlbsPolicy, wall },
  { service: "mscs", mscs: sampleMscsPolicy, wall },
  { service: "witness", witness: { cluster: "data", address: "192.0.2.20" }, wall },
  {
    service: "witness",
    witness: {
      cluster: "data",
      address: "192.0.2.20",
      others: [{ cluster: "mail", address: "198.51.100.20" }],
    },
    wall,
  },
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
  addresses: [
    { interface: "eth0", address: "192.0.2.1", prefixLength: 24 },
    { interface: "eth1", address: "198.51.100.7", prefixLength: 24, isDynamic: true },
  ],
  servicesSeen: ["wlbs"],
};

const mscsStatus: MscsStatus = {
  ...samplePairStatus(
    "db-1",
    sampleView({
      groups: [sampleGroupView({ resources: [sampleResourceView()] })],
      floating: ["192.0.2.50"],
      fenceHistory: [{ target: "db-2", action: "off", status: "success", completed: "2026-01-01 00:00:00Z" }],
      networks: [
        {
          name: "service",
          role: "both",
          state: "up",
          interfaces: [{ node: "db-1", address: "192.0.2.11", state: "up" }],
        },
      ],
    }),
  ),
  daemons: [{ name: "corosync", running: true }],
  drift: ["group sql was changed by hand"],
  acts: [
    {
      id: "act-1",
      order: {
        verb: "move",
        object: { kind: "group", name: "sql" },
        to: "db-2",
        mode: null,
        deadlineS: 60,
      },
      by: "admin",
      state: "done",
      startedAt: 1,
      deadlineAt: 60_001,
      endedAt: 2,
      steps: [{ at: 1, text: "the engine was told" }],
      message: "Group sql is online on db-2",
    },
  ],
  failovers: [
    {
      id: "sql 1",
      group: "sql",
      cause: "move",
      detail: "admin moved it",
      from: "db-1",
      to: "db-2",
      startedAt: 1,
      endedAt: 2,
      outcome: "online",
      steps: [{ at: 1, node: "db-1", text: "disk is going offline" }],
    },
  ],
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
  { type: "command", id: "c-2", verb: "wlbs.disable", args: { target: "[2001:db8::100]:80" } },
  { type: "command", id: "c-3", verb: "wlbs.drainstop", args: { deadlineS: "60" } },
];

export const sampleToController: ToController[] = [
  { type: "hello", node: "web-1", nonce: "bm9uY2U", signature, appliedGeneration: 3 },
  { type: "inventory", inventory: sampleInventory },
  { type: "status", at: 1, status: { service: "wlbs", wlbs: sampleWlbsStatus } },
  { type: "status", at: 1, status: { service: "mscs", mscs: mscsStatus } },
  { type: "status", at: 1, status: { service: "witness", witness: { running: true, lastError: null } } },
  { type: "status", at: 1, status: { service: "none" } },
  { type: "bundleResult", generation: 3, accepted: false, refusal },
  { type: "commandResult", id: "c-1", result: { code: "refused", message: "no", refusal, data: { a: [1] } } },
  { type: "commandResult", id: "c-2", result: { code: "suspended", message: "no" } },
  { type: "event", at: 1, kind: "bundle.refused", message: "m", objects: [{ kind: "bundle", name: "3" }] },
];
