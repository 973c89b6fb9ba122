/**
 * The wall: rules R1 to R5 (KB Q223157). One function per rule, each reads intent and inventory and returns what it
 * refuses. R1 and R4 have no override anywhere.
 */
import {
  type Refusal,
  r1BothServices,
  r2SameMachine,
  r3BothDaemons,
  r4AddressIsVip,
  r5AddressTaken,
} from "../fleet/index.ts";
import { dedicatedIps, floatingAddresses, nodeRoles, virtualIps } from "./facts.ts";
import { isOwnAddress } from "./own-addresses.ts";
import type { Intent, Inventory, InventoryNode } from "./types.ts";

/** R1: no node is a member of both tiers. The witness is not a member (R24 speaks about it). */
export function checkR1(intent: Intent): Refusal[] {
  const roles = nodeRoles(intent);
  return roles
    .filter(({ role }) => role === "wlbs")
    .flatMap((host) =>
      roles
        .filter(({ role, node }) => role === "mscs" && node === host.node)
        .map((member) =>
          r1BothServices({ node: host.node, wlbsCluster: host.cluster, mscsCluster: member.cluster }),
        ),
    );
}

/** R2: no two names used by the intent are one machine. */
export function checkR2(intent: Intent, inventory: Inventory): Refusal[] {
  const used = new Set(nodeRoles(intent).map(({ node }) => node));
  const firstByMachine = new Map<string, string>();
  const refusals: Refusal[] = [];
  for (const { name, machineId } of inventory.nodes.filter((node) => used.has(node.name))) {
    const first = firstByMachine.get(machineId);
    if (first === undefined) firstByMachine.set(machineId, name);
    else refusals.push(r2SameMachine({ node: first, otherNode: name }));
  }
  return refusals;
}

/** R3: the daemon of the other service is not enabled or running on a node that gets a service. */
export function checkR3(intent: Intent, inventory: Inventory): Refusal[] {
  return nodeRoles(intent).flatMap(({ node, role }) => {
    if (role === "witness") return [];
    const seen = inventory.nodes.find(({ name }) => name === node)?.servicesSeen ?? [];
    return seen
      .filter((service) => service !== role)
      .map((service) => r3BothDaemons({ node, service: role, seen: service }));
  });
}

/** R4: no address of the MSCS side (group addresses, node and witness addresses) equals a virtual IP. */
export function checkR4(intent: Intent, inventory: Inventory): Refusal[] {
  const vips = new Map(virtualIps(intent).map(({ address, cluster }) => [address, cluster]));
  return [...floatingAddresses(intent), ...mscsNodeAddresses(intent, inventory)].flatMap(
    ({ address, owner }) => {
      const cluster = vips.get(address);
      return cluster === undefined ? [] : [r4AddressIsVip({ address, owner, cluster })];
    },
  );
}

/** R5: a floating address is nobody else's: not a dedicated IP, not another resource's, not fixed on any node. */
export function checkR5(intent: Intent, inventory: Inventory): Refusal[] {
  const taken = new Map<string, string>();
  for (const { address, node } of dedicatedIps(intent)) taken.set(address, `host ${node} (dedicated IP)`);
  return floatingAddresses(intent).flatMap(({ address, owner, cluster }) => {
    const otherOwner = taken.get(address);
    taken.set(address, otherOwner ?? owner);
    if (otherOwner !== undefined) return [r5AddressTaken({ address, owner, otherOwner })];
    const holder = holderOf(intent, inventory, { address, cluster });
    return holder === undefined ? [] : [heldByNode(address, owner, holder)];
  });
}

/** A floating address may be on its own pair right now; on any other node, or as a node's own, it is somebody else's. */
function holderOf(
  intent: Intent,
  inventory: Inventory,
  at: { address: string; cluster: string },
): InventoryNode | undefined {
  const pair = intent.mscs[at.cluster]?.nodes ?? [];
  return inventory.nodes
    .filter((node) => node.addresses.some(({ address }) => address === at.address))
    .find((node) => !pair.includes(node.name) || isOwnAddress(inventory, node, at.address));
}

/** What is on a machine may also be left there, and then is cured there. */
function heldByNode(address: string, owner: string, { name }: InventoryNode): Refusal {
  const refusal = r5AddressTaken({ address, owner, otherOwner: `node ${name}` });
  return {
    ...refusal,
    objects: [...refusal.objects, { kind: "node", name }],
    cure: `${refusal.cure} If ${name} no longer needs it, remove it there (ip addr shows the interface), and plan again.`,
  };
}

/** R4 also covers what is fixed on pair nodes and witness; a VIP held there is found in the raw inventory. */
function mscsNodeAddresses(intent: Intent, inventory: Inventory): { address: string; owner: string }[] {
  const members = new Set(nodeRoles(intent).flatMap(({ node, role }) => (role === "wlbs" ? [] : [node])));
  const floating = new Set(floatingAddresses(intent).map(({ address }) => address));
  return inventory.nodes
    .filter(({ name }) => members.has(name))
    .flatMap((node) =>
      node.addresses
        .filter(({ address }) => !floating.has(address))
        .map(({ address }) => ({ address, owner: `node ${node.name}` })),
    );
}
