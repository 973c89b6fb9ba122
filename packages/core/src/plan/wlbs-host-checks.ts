/** Hosts of a WLBS cluster: who they are (R6, R8), and whether their machines are where the cluster is (R15, R16, R18). */
import { type Cidr, inSubnet, isIpv4, parseCidr, type Refusal } from "../fleet/index.ts";
import { dedicatedIps, virtualIps } from "./facts.ts";
import { type Objects, refusal, warning } from "./refuse.ts";
import type { HostIntent, Intent, Inventory, InventoryNode } from "./types.ts";
import { unusableBecause } from "./usable-address.ts";

const hostsMax = 32;

/** R6: dedicated IPs are pairwise distinct and none is a virtual IP. */
export function checkR6(intent: Intent): Refusal[] {
  const vips = new Map(virtualIps(intent).map(({ address, cluster }) => [address, cluster]));
  const owners = new Map<string, string>();
  return dedicatedIps(intent).flatMap(({ address, node }) => {
    const cluster = vips.get(address);
    const other = owners.get(address);
    owners.set(address, node);
    if (cluster !== undefined) return [takenDip({ address, node }, `equals the virtual IP of ${cluster}`)];
    return other === undefined ? [] : [takenDip({ address, node }, `is also the dedicated IP of ${other}`)];
  });
}

function takenDip({ address, node }: { address: string; node: string }, clash: string): Refusal {
  const objects: Objects = [
    ["address", address],
    ["wlbs-host", node],
  ];
  return refusal("R6", objects, {
    message: `Dedicated IP ${address} of ${node} ${clash}`,
    reason: "A dedicated IP belongs to one host and is never balanced.",
    cure: `Give ${node} an address of its own.`,
  });
}

/** R8: 1 to 32 hosts with distinct host IDs; gaps are allowed. The range of an ID is checked by the fleet file. */
export function checkR8(intent: Intent): Refusal[] {
  return Object.entries(intent.wlbs).flatMap(([cluster, { hosts }]) => {
    const count = Object.keys(hosts).length;
    const size = count >= 1 && count <= hostsMax ? [] : [sizeRefusal(cluster, count)];
    const owners = new Map<number, string>();
    const duplicates = Object.entries(hosts).flatMap(([node, { id }]) => {
      const other = owners.get(id);
      owners.set(id, node);
      return other === undefined ? [] : [duplicateId(cluster, { id, node, other })];
    });
    return [...size, ...duplicates];
  });
}

function sizeRefusal(cluster: string, count: number): Refusal {
  return refusal("R8", [["wlbs-cluster", cluster]], {
    message: `WLBS cluster ${cluster} has ${count} hosts`,
    reason: `A cluster has 1 to ${hostsMax} hosts (DOMAIN 1.2).`,
    cure:
      count === 0 ? `Name a host under wlbs.${cluster}.hosts, or remove the cluster.` : "Split the cluster.",
  });
}

function duplicateId(cluster: string, clash: { id: number; node: string; other: string }): Refusal {
  const objects: Objects = [
    ["wlbs-cluster", cluster],
    ["wlbs-host", clash.node],
    ["wlbs-host", clash.other],
  ];
  return refusal("R8", objects, {
    message: `Host ID ${clash.id} of ${cluster} is given to ${clash.other} and ${clash.node}`,
    reason: "The host ID is the identity of a host in its cluster (DOMAIN 1.2).",
    cure: `Give ${clash.node} a free ID from 1 to ${hostsMax}.`,
  });
}

/** A dedicated IP is an address that a host can have, and IPv4: heartbeats travel from it by IPv4 multicast. */
export function checkDedicatedIps(intent: Intent): Refusal[] {
  return eachHost(intent, ({ cluster, node, host, dip }) => {
    const because = unusableBecause(host.dedicatedIp);
    if (because !== null)
      return [
        refusal("B-address", objectsOf(cluster, node, dip.address), {
          message: `Dedicated IP ${host.dedicatedIp} of ${node} is ${because}`,
          reason: "Other hosts cannot reach such an address.",
          cure: `Name the address that ${node} has on ${host.interface}, with its prefix.`,
        }),
      ];
    if (isIpv4(dip.address)) return [];
    return [
      refusal("B-dedicated-ipv4", objectsOf(cluster, node, dip.address), {
        message: `Dedicated IP ${dip.address} of ${node} is not an IPv4 address`,
        reason: "Hosts send their heartbeats to an IPv4 multicast group, from the dedicated IP.",
        cure: `Give ${node} an IPv4 address on the cluster's segment; virtual IPs may be IPv6 all the same.`,
      }),
    ];
  });
}

/** R15: hosts share one subnet, and each has its dedicated IP on the named interface, as far as the inventory tells. */
export function checkR15(intent: Intent, inventory: Inventory): Refusal[] {
  return eachHost(intent, ({ cluster, node, host, dip }) => {
    const first = Object.entries(intent.wlbs[cluster]?.hosts ?? {})[0];
    const subnet = parseCidr(first?.[1].dedicatedIp ?? "");
    if (subnet !== null && !inSubnet(dip.address, subnet))
      return [offSegment(cluster, { node, dip, other: first?.[0] ?? "", subnet })];
    const known = nodeOf(inventory, node);
    if (known === undefined) return [];
    const at = placeOf(known, host, dip);
    if (at === undefined) return [notOnInterface(cluster, { node, card: host.interface, dip })];
    return at.prefixLength === dip.prefixLength ? [] : [otherPrefix(cluster, { node, dip, at })];
  });
}

function offSegment(cluster: string, at: { node: string; dip: Cidr; other: string; subnet: Cidr }): Refusal {
  return refusal("R15", objectsOf(cluster, at.node, at.dip.address), {
    message: `${at.node} (${at.dip.address}) is not in the subnet of ${at.other} (${at.subnet.address}/${at.subnet.prefixLength}), a host of the same cluster ${cluster}`,
    reason: "Every host must see every packet, so all hosts are on one segment (KB 232711).",
    cure: `Give ${at.node} a dedicated IP on that segment, or put it into a cluster of its own segment.`,
  });
}

function notOnInterface(cluster: string, at: { node: string; card: string; dip: Cidr }): Refusal {
  return refusal("R15", objectsOf(cluster, at.node, at.dip.address), {
    message: `Dedicated IP ${at.dip.address} is not on ${at.card} of ${at.node}`,
    reason:
      "The hosts of a cluster talk to each other on the cluster interface, from their dedicated IPs (KB 232711).",
    cure: `Configure ${at.dip.address} on ${at.card} of ${at.node}, or correct interface and dedicatedIp in the fleet file.`,
  });
}

function otherPrefix(
  cluster: string,
  at: { node: string; dip: Cidr; at: { interface: string; prefixLength: number } },
): Refusal {
  const { address, prefixLength } = at.dip;
  return warning("R15", objectsOf(cluster, at.node, address), {
    message: `Dedicated IP ${address} is /${at.at.prefixLength} on ${at.at.interface} of ${at.node}, and /${prefixLength} in the fleet file`,
    reason: "Bulkhead does not configure dedicated IPs; which subnet holds is decided on the machine.",
    cure: `Write dedicatedIp: ${address}/${at.at.prefixLength}, or correct the machine.`,
  });
}

/** R16: the dedicated IP is static, if the agent can tell. */
export function checkR16(intent: Intent, inventory: Inventory): Refusal[] {
  return eachHost(intent, ({ cluster, node, host, dip }) => {
    const known = nodeOf(inventory, node);
    if (known === undefined || placeOf(known, host, dip)?.isDynamic !== true) return [];
    return [
      warning("R16", objectsOf(cluster, node, dip.address), {
        message: `Dedicated IP ${dip.address} of ${node} was given by DHCP on ${host.interface}`,
        reason: "When the lease ends, the host loses its place in the cluster (KB 170771).",
        cure: `Configure ${dip.address} statically on ${node}, or reserve it and stop DHCP on ${host.interface}.`,
      }),
    ];
  });
}

/**
 * R18: the host's own connections leave from the dedicated IP. The agent adds virtual IPs without a subnet, so that the kernel
 * never takes one as source; one that has a subnet was configured on the machine.
 */
export function checkR18(intent: Intent, inventory: Inventory): Refusal[] {
  const vips = new Set(virtualIps(intent).map(({ address }) => address));
  return eachHost(intent, ({ cluster, node, host }) =>
    (nodeOf(inventory, node)?.addresses ?? [])
      .filter((at) => at.interface === host.interface && vips.has(at.address) && hasSubnet(at))
      .map(({ address, prefixLength }) =>
        warning("R18", objectsOf(cluster, node, address), {
          message: `Virtual IP ${address}/${prefixLength} is configured on ${host.interface} of ${node} itself`,
          reason:
            "With its subnet the kernel may take it as source of the host's own connections, whose answers would be balanced to other hosts (KB 198888).",
          cure: `Remove ${address} from the network configuration of ${node}; the agent adds it by itself.`,
        }),
      ),
  );
}

function hasSubnet({ address, prefixLength }: { address: string; prefixLength: number }): boolean {
  return prefixLength < (isIpv4(address) ? 32 : 128);
}

interface PlacedHost {
  cluster: string;
  node: string;
  host: HostIntent;
  dip: Cidr;
}

function eachHost(intent: Intent, check: (at: PlacedHost) => Refusal[]): Refusal[] {
  return Object.entries(intent.wlbs).flatMap(([cluster, { hosts }]) =>
    Object.entries(hosts).flatMap(([node, host]) => {
      const dip = parseCidr(host.dedicatedIp);
      return dip === null ? [] : check({ cluster, node, host, dip });
    }),
  );
}

function nodeOf(inventory: Inventory, node: string): InventoryNode | undefined {
  return inventory.nodes.find(({ name }) => name === node);
}

function placeOf(
  known: InventoryNode,
  host: HostIntent,
  dip: Cidr,
): InventoryNode["addresses"][number] | undefined {
  return known.addresses.find((at) => at.interface === host.interface && at.address === dip.address);
}

function objectsOf(cluster: string, node: string, address: string): Objects {
  return [
    ["wlbs-cluster", cluster],
    ["wlbs-host", node],
    ["address", address],
  ];
}
