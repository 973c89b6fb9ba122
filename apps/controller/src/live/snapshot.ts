/** Joins what is intended (database) with what is reported (agents) into the one picture of the API. */
import type { FleetSnapshot, KeyRotation, NodeSnapshot } from "@bulkhead/api";
import type { FailoverRecord, MscsPolicy } from "@bulkhead/core/mscs";
import type { NodePolicy } from "@bulkhead/core/plan";
import type { WlbsPolicy } from "@bulkhead/core/wlbs";
import type { NodeRow } from "@bulkhead/db";
import type { World } from "../world.ts";
import { findDrift, type ObservedNode } from "./drift.ts";
import type { LiveFleet } from "./live-fleet.ts";
import { mscsView } from "./mscs/view.ts";
import { wlbsViolations } from "./violations.ts";
import { wlbsView } from "./wlbs/view.ts";

export interface SnapshotInput {
  world: World;
  live: LiveFleet;
  fleetName: string;
  keyRotationOf(cluster: string): KeyRotation | null;
  /** Newest first, at most 32. */
  failoversOf(pair: string): readonly FailoverRecord[];
  now: number;
}

/** Pure but for its inputs; times are epoch milliseconds. */
export function buildSnapshot(input: SnapshotInput): FleetSnapshot {
  const { world, live, fleetName, keyRotationOf, failoversOf, now } = input;
  const policies = Object.values(world.applied?.plan.policies ?? {});
  const wlbs = wlbsClusters(policies).map((policy) =>
    wlbsView({ policy, live, keyRotation: keyRotationOf(policy.cluster), now }),
  );
  return {
    at: now,
    fleetName,
    nodes: world.nodes.map((row) => nodeView(row, world.policyOf(row.name), live)),
    wlbs,
    mscs: mscsPairs(policies).map((policy) =>
      mscsView({ policy, live, failovers: failoversOf(policy.cluster), now }),
    ),
    violations: [...findDrift(observedNodes(world, live)), ...wlbsViolations(wlbs)],
  };
}

/** Enrolled nodes that have reported an inventory since this controller runs. */
export function observedNodes(world: World, live: LiveFleet): ObservedNode[] {
  return world.nodes.flatMap(({ name }) => {
    const inventory = live.get(name)?.inventory;
    return inventory ? [{ name, policy: world.policyOf(name), inventory }] : [];
  });
}

/** One policy per cluster, by name. */
export function wlbsClusters(policies: readonly NodePolicy[]): WlbsPolicy[] {
  return firstOfEach(policies.flatMap((policy) => (policy.service === "wlbs" ? [policy.wlbs] : [])));
}

/** The policy of a WLBS cluster in force; null = there is none of this name. */
export function wlbsPolicyOf(world: World, cluster: string): WlbsPolicy | null {
  const policies = Object.values(world.applied?.plan.policies ?? {});
  return wlbsClusters(policies).find((policy) => policy.cluster === cluster) ?? null;
}

/** One policy per pair, by name. */
export function mscsPairs(policies: readonly NodePolicy[]): MscsPolicy[] {
  return firstOfEach(policies.flatMap((policy) => (policy.service === "mscs" ? [policy.mscs] : [])));
}

function firstOfEach<T extends { cluster: string }>(policies: readonly T[]): T[] {
  const byName = new Map(policies.toReversed().map((policy) => [policy.cluster, policy]));
  return [...byName.values()].sort((a, b) => a.cluster.localeCompare(b.cluster));
}

function nodeView(row: NodeRow, policy: NodePolicy | null, live: LiveFleet): NodeSnapshot {
  const entry = live.get(row.name);
  const inventory = entry?.inventory ?? null;
  return {
    name: row.name,
    role: policy === null || policy.service === "none" ? null : policy.service,
    cluster: clusterOf(policy),
    machineId: row.machineId,
    online: entry?.online ?? false,
    lastSeenAt: entry?.lastSeenAt ?? row.lastSeenAt,
    enrolledAt: row.enrolledAt,
    agentVersion: inventory?.agentVersion ?? row.agentVersion,
    addresses: inventory?.addresses ?? storedAddresses(row.inventory),
    generation: { desired: row.desiredGeneration, applied: row.appliedGeneration },
    // A refusal is a state only while the node lacks what it was meant to have; what was refused besides is in the audit log.
    lastRefusal: row.appliedGeneration < row.desiredGeneration ? row.lastRefusal : null,
  };
}

function clusterOf(policy: NodePolicy | null): string | null {
  switch (policy?.service) {
    case "wlbs":
      return policy.wlbs.cluster;
    case "mscs":
      return policy.mscs.cluster;
    case "witness":
      return policy.witness.cluster;
    default:
      return null;
  }
}

/** The inventory column was written from a checked report; only its outer shape is tested here. */
export function storedAddresses(inventory: unknown): NodeSnapshot["addresses"] {
  const addresses = (inventory as { addresses?: unknown } | null)?.addresses;
  return Array.isArray(addresses) ? (addresses as NodeSnapshot["addresses"]) : [];
}
