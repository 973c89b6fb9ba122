/**
 * Which addresses of a node are its own, and which its engine puts there. The kernel does not tell them apart; what does is
 * the plan in force, what the engine has in its configuration, and whether there is an engine at all.
 */
import { floatingAddresses, virtualIps } from "./facts.ts";
import type { Intent, Inventory, InventoryNode, NodePolicy } from "./types.ts";

/** What the plan in force made of addresses: heartbeat and witness addresses by node, and those that move with groups. */
export interface AddressesInForce {
  own: { node: string; address: string }[];
  floating: string[];
}

/** Reads them out of the policies in force. */
export function addressesInForce(policies: Record<string, NodePolicy>): AddressesInForce {
  const pairs = Object.values(policies).flatMap((policy) => (policy.service === "mscs" ? [policy.mscs] : []));
  return {
    own: pairs.flatMap(({ nodes, witness }) => [
      ...nodes.flatMap(({ node, address, secondAddress }) => [
        { node, address },
        ...(secondAddress === null ? [] : [{ node, address: secondAddress }]),
      ]),
      ...(witness === null ? [] : [witness]),
    ]),
    floating: pairs.flatMap(({ groups }) =>
      groups.flatMap(({ resources }) =>
        resources.flatMap((resource) => (resource.type === "ipAddress" ? [resource.address] : [])),
      ),
    ),
  };
}

/**
 * True if a group address of the intent that is on `node` can only be the node's own: the plan in force says so, or the engine
 * does not know the address, or there is no engine that could have put it there. False where nobody can tell.
 */
export function isOwnAddress(inventory: Inventory, node: InventoryNode, address: string): boolean {
  const { own, floating } = inventory.inForce ?? { own: [], floating: [] };
  if (own.some((item) => item.node === node.name && item.address === address)) return true;
  if (floating.includes(address)) return false;
  return node.floating === undefined ? !node.servicesSeen.includes("mscs") : !node.floating.includes(address);
}

/**
 * Reported addresses of a node that do not float: what is fixed on the machine. Those that the plan in force already uses come
 * first, so that a node that gets one more address keeps its heartbeats where they are.
 */
export function fixedAddresses(
  { intent, inventory }: { intent: Intent; inventory: Inventory },
  node: InventoryNode,
): InventoryNode["addresses"] {
  const { own = [], floating = [] } = inventory.inForce ?? {};
  const groups = new Set(floatingAddresses(intent).map(({ address }) => address));
  const passing = new Set([
    ...virtualIps(intent).map(({ address }) => address),
    ...floating,
    ...(node.floating ?? []),
  ]);
  const isInForce = (address: string) =>
    own.some((item) => item.node === node.name && item.address === address);
  const fixed = node.addresses.filter(({ address }) =>
    groups.has(address)
      ? isOwnAddress(inventory, node, address)
      : isInForce(address) || !passing.has(address),
  );
  return [
    ...fixed.filter(({ address }) => isInForce(address)),
    ...fixed.filter(({ address }) => !isInForce(address)),
  ];
}
