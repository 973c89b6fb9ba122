/** The networks of a pair (DOMAIN 2.2): which carry heartbeats, and with which address each node is on them. */
import { inSubnet, isIpv4, networkOf, parseCidr } from "../fleet/index.ts";
import type { MscsNetwork } from "../mscs/index.ts";
import { fixedAddresses } from "./own-addresses.ts";
import type { Intent, Inventory, MscsIntent } from "./types.ts";

/** Name of the one network of a pair whose file names none. */
const onlyNetwork = "service";

/** What the questions below are asked about: one node of one pair. */
export interface PairPlace {
  cluster: string;
  node: string;
}

/**
 * The networks in the order of the file, the first two that are not for clients only as links 0 and 1. Without networks in the
 * file there is one, in which the group addresses are; without group addresses the one that both nodes are in. Empty if
 * there is none such.
 */
export function pairNetworks(intent: Intent, inventory: Inventory, cluster: string): MscsNetwork[] {
  const pair = intent.mscs[cluster];
  if (pair === undefined) return [];
  const written = Object.entries(pair.networks);
  if (written.length === 0) {
    const subnet = onlySubnet(intent, inventory, cluster);
    return subnet === null ? [] : [{ name: onlyNetwork, subnet, role: "both", link: 0 }];
  }
  const carriers = written.filter(([, { role }]) => role !== "client").map(([name]) => name);
  return written.map(([name, { subnet, role }]) => ({ name, subnet, role, link: linkOf(carriers, name) }));
}

/** The node's fixed address in the network: its first one there. Null if it has none. */
export function addressIn(
  intent: Intent,
  inventory: Inventory,
  at: { node: string; subnet: string },
): string | null {
  const subnet = parseCidr(at.subnet);
  return (
    fixed(intent, inventory, at.node).find((address) => subnet !== null && inSubnet(address, subnet)) ?? null
  );
}

/** Heartbeat address on a link; null if the pair has no such link or the node no address there. */
export function linkAddress(
  intent: Intent,
  inventory: Inventory,
  { cluster, node, link }: PairPlace & { link: 0 | 1 },
): string | null {
  const network = pairNetworks(intent, inventory, cluster).find((item) => item.link === link);
  return network === undefined ? null : addressIn(intent, inventory, { node, subnet: network.subnet });
}

/**
 * Where the nodes of a pair reach its witness: in a network of the pair that carries heartbeats, else in any of its networks,
 * else, because a witness may stand elsewhere, its first fixed IPv4 address. Null if it has none.
 */
export function witnessAddress(
  intent: Intent,
  inventory: Inventory,
  { cluster, node }: PairPlace,
): string | null {
  const networks = pairNetworks(intent, inventory, cluster);
  const carriersFirst = [
    ...networks.filter(({ link }) => link !== null),
    ...networks.filter(({ link }) => link === null),
  ];
  for (const { subnet } of carriersFirst) {
    const address = addressIn(intent, inventory, { node, subnet });
    if (address !== null) return address;
  }
  return fixed(intent, inventory, node).find(isIpv4) ?? null;
}

function linkOf(carriers: readonly string[], name: string): 0 | 1 | null {
  const index = carriers.indexOf(name);
  return index === 0 || index === 1 ? index : null;
}

function onlySubnet(intent: Intent, inventory: Inventory, cluster: string): string | null {
  const pair = intent.mscs[cluster];
  if (pair === undefined) return null;
  const wanted = groupSubnets(pair);
  const candidates = wanted.length > 0 ? wanted : fixedSubnets(intent, inventory, pair.nodes[0] ?? "");
  const isShared = (subnet: string) =>
    pair.nodes.every((node) => addressIn(intent, inventory, { node, subnet }) !== null);
  return candidates.find(isShared) ?? candidates[0] ?? null;
}

function groupSubnets({ groups }: MscsIntent): string[] {
  return Object.values(groups).flatMap(({ resources }) =>
    resources.flatMap((resource) =>
      resource.type === "ipAddress" && isIpv4(resource.address) ? subnetText(resource) : [],
    ),
  );
}

function fixedSubnets(intent: Intent, inventory: Inventory, name: string): string[] {
  const node = inventory.nodes.find((item) => item.name === name);
  if (node === undefined) return [];
  return fixedAddresses({ intent, inventory }, node)
    .filter(({ address }) => isIpv4(address))
    .map(subnetText);
}

function subnetText(cidr: { address: string; prefixLength: number }): string {
  const { address, prefixLength } = networkOf(cidr);
  return `${address}/${prefixLength}`;
}

function fixed(intent: Intent, inventory: Inventory, name: string): string[] {
  const node = inventory.nodes.find((item) => item.name === name);
  return node === undefined ? [] : fixedAddresses({ intent, inventory }, node).map(({ address }) => address);
}
