/** A small fleet for tests: three WLBS hosts, one MSCS pair, one witness, with the addresses of documentation networks. */
import type { AuditEvent } from "@bulkhead/core/audit";
import { type MscsPolicy, sampleGroup, samplePair, samplePairNode } from "@bulkhead/core/mscs";
import type { Intent, NodePolicy, Plan, WlbsIntent } from "@bulkhead/core/plan";
import { samplePolicy, sampleRule, type WlbsPolicy } from "@bulkhead/core/wlbs";
import type { Db } from "../stores.ts";

export const nodeNames = ["web-1", "web-2", "web-3", "db-1", "db-2", "witness-1"] as const;

export function event(action: string, detail: Record<string, unknown> = {}): AuditEvent {
  const actor = { kind: "user" as const, id: "user-1", name: "Ann" };
  return {
    at: 1_795_000_000_000,
    actor,
    action,
    object: { kind: "fleet", name: "fleet" },
    outcome: "done",
    detail,
  };
}

/** Enrols nodes by the way that agents take: token, then exchange. */
export async function enrolAll(db: Db, names: readonly string[] = nodeNames): Promise<void> {
  for (const name of names) {
    const result = await db.change(async (tx) => {
      tx.audit.append(event("node.enrol"));
      await tx.nodes.createToken(newToken(name, `hash-${name}`));
      return tx.nodes.enrol(enrolment(name));
    });
    if ("refusal" in result) throw new Error(result.refusal.message);
  }
}

export function newToken(node: string, tokenHash = "t") {
  return { tokenHash, node, createdBy: "Ann", createdAt: 0, expiresAt: 1_000 };
}

export function enrolment(name: string) {
  const keys = { signingKey: `sign-${name}`, sealingKey: `seal-${name}` };
  return {
    tokenHash: `hash-${name}`,
    now: 500,
    machineId: `machine-${name}`,
    ...keys,
    agentVersion: "0.1.0",
    inventory: { hostname: name },
  };
}

/** Three hosts, an IPv4 and an IPv6 virtual IP, and a rule for the first of them. */
export function wlbsPolicy(): WlbsPolicy {
  const vips = [
    { address: "192.0.2.100", prefixLength: 24 },
    { address: "2001:db8::64", prefixLength: 64 },
  ];
  return samplePolicy(3, { vips, rules: [sampleRule(3, { vip: "192.0.2.100" })] });
}

export function mscsPolicy(floating = "192.0.2.50"): MscsPolicy {
  const resources = sampleGroup().resources.flatMap((resource) => {
    if (resource.type === "postgresql") return [];
    return [resource.type === "ipAddress" ? { ...resource, address: floating } : resource];
  });
  const sql = sampleGroup({
    preferredOwners: ["db-1", "db-2"],
    failback: { allow: true, windowHours: [2, 4] },
    failover: { threshold: 3, periodHours: 6 },
    priority: "high",
    antiAffinity: ["heavy"],
    resources,
  });
  return samplePair({
    nodes: [
      { ...samplePairNode("db-1", 1, "192.0.2.11"), secondAddress: "198.51.100.11" },
      samplePairNode("db-2", 2, "192.0.2.12"),
    ],
    witness: { node: "witness-1", address: "192.0.2.20" },
    groups: [sql],
  });
}

/** A plan whose pair has this floating address; with the virtual IP it breaks R4. */
export function plan(floating?: string): Plan {
  const wall = { vips: [], mscsAddresses: [] };
  const policies: Record<string, NodePolicy> = {};
  for (const host of wlbsPolicy().hosts) policies[host.node] = { service: "wlbs", wlbs: wlbsPolicy(), wall };
  for (const { node } of mscsPolicy().nodes)
    policies[node] = { service: "mscs", mscs: mscsPolicy(floating), wall };
  policies["witness-1"] = { service: "witness", witness: { cluster: "data", address: "192.0.2.20" }, wall };
  const intent: Intent = {
    wlbs: { web: wlbsIntent() },
    mscs: {
      data: {
        nodes: ["db-1", "db-2"],
        engine: "made",
        networks: {},
        witness: "witness-1",
        fencing: mscsPolicy().fencing,
        tokenMs: 1_000,
        groups: {},
      },
    },
  };
  return { parent: null, intent, policies, changes: [] };
}

function wlbsIntent(): WlbsIntent {
  const { mode, clusterMac, internetName, heartbeat, partition, filterIcmp } = wlbsPolicy();
  const settings = { mode, clusterMac, internetName, heartbeat, partition, filterIcmp };
  return { vips: ["192.0.2.100/24", "2001:db8::64/64"], ...settings, hosts: {}, rules: {} };
}
