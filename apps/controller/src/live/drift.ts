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
    return policy.wall.vips.filter((vip) => held.has(vip.address)).map((vip) => heldByMember(vip, name));
  }
  return policy.wall.mscsAddresses
    .filter((taken) => held.has(taken.address))
    .map(({ address, owner }) => heldByHost(address, owner, name));
}

function heldByMember(vip: { address: string; cluster: string }, node: string): Refusal {
  const refusal = r4AddressIsVip({ address: vip.address, owner: `node ${node}`, cluster: vip.cluster });
  return {
    ...refusal,
    objects: [...refusal.objects, { kind: "node", name: node }],
    cure: `On ${node} remove ${vip.address} (ip addr shows the interface).`,
  };
}

/** Drift is cured on the machine, not in the fleet file, and the map draws it to the node that holds the address. */
function heldByHost(address: string, owner: string, node: string): Refusal {
  const refusal = r5AddressTaken({ address, owner, otherOwner: `WLBS host ${node}` });
  return {
    ...refusal,
    objects: [...refusal.objects, { kind: "node", name: node }],
    cure: `On ${node} remove ${address} (ip addr shows the interface), or give ${owner} a free address.`,
  };
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
