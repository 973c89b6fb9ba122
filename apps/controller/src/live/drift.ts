/**
 * The fifth place that holds the wall: what the agents report is compared with the placement rules, whoever
 * made it so. Intent can be right while reality is not.
 */
import {
  canonicalAddress,
  type Refusal,
  r2SameMachine,
  r3BothDaemons,
  r4AddressIsVip,
  r5AddressTaken,
} from "@bulkhead/core/fleet";
import type { NodePolicy } from "@bulkhead/core/plan";
import type { InventoryReport } from "@bulkhead/protocol";

export interface ObservedNode {
  name: string;
  policy: NodePolicy | null;
  inventory: InventoryReport;
}

/** All violations that the inventories show, in the order of the nodes. */
export function findDrift(nodes: readonly ObservedNode[]): Refusal[] {
  return [...nodes.flatMap(serviceDrift), ...nodes.flatMap(addressDrift), ...machineDrift(nodes)];
}

/** Stable key of a violation, so that it is opened and closed once. */
export function driftKey(violation: Refusal): string {
  return `${violation.rule} ${violation.objects.map(({ kind, name }) => `${kind}:${name}`).join(" ")}`;
}

function serviceDrift({ name, policy, inventory }: ObservedNode): Refusal[] {
  const seen = new Set(inventory.servicesSeen);
  const service = policy?.service;
  if ((service === "wlbs" || (service !== "mscs" && seen.has("wlbs"))) && seen.has("mscs")) {
    return [r3BothDaemons({ node: name, service: "wlbs", seen: "mscs" })];
  }
  if (service === "mscs" && seen.has("wlbs"))
    return [r3BothDaemons({ node: name, service: "mscs", seen: "wlbs" })];
  return [];
}

function addressDrift({ name, policy, inventory }: ObservedNode): Refusal[] {
  if (!policy || policy.service === "none") return [];
  const held = new Set(inventory.addresses.flatMap(({ address }) => canonicalAddress(address) ?? []));
  if (policy.service !== "wlbs") {
    return policy.wall.vips
      .filter((vip) => held.has(vip.address))
      .map((vip) => r4AddressIsVip({ address: vip.address, owner: `node ${name}`, cluster: vip.cluster }));
  }
  return policy.wall.mscsAddresses
    .filter((taken) => held.has(taken.address))
    .map(({ address, owner }) => r5AddressTaken({ address, owner, otherOwner: `WLBS host ${name}` }));
}

function machineDrift(nodes: readonly ObservedNode[]): Refusal[] {
  const firstOf = new Map<string, string>();
  return nodes.flatMap(({ name, inventory }) => {
    const other = firstOf.get(inventory.machineId);
    if (other !== undefined) return [r2SameMachine({ node: name, otherNode: other })];
    firstOf.set(inventory.machineId, name);
    return [];
  });
}
