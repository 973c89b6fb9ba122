/** Virtual IPs of a WLBS cluster and how frames for them travel: R7, R9, and the VIP's side of R15. */
import { type Cidr, inSubnet, isIpv4, manualMacProblem, parseCidr, type Refusal } from "../fleet/index.ts";
import { bareAddress, virtualIps } from "./facts.ts";
import { refusal, warning } from "./refuse.ts";
import type { Intent, Inventory, WlbsIntent } from "./types.ts";
import { unusableBecause } from "./usable-address.ts";
import { deliveryOf } from "./wlbs-policy.ts";

const vipsMax = 32;

/** R7: a virtual IP belongs to one cluster, once. */
export function checkR7(intent: Intent): Refusal[] {
  const owners = new Map<string, string>();
  return virtualIps(intent).flatMap(({ address, cluster }) => {
    const other = owners.get(address);
    owners.set(address, cluster);
    if (other === undefined) return [];
    const isTwice = other === cluster;
    return [
      refusal("R7", [["address", address], ...clusters(isTwice ? [cluster] : [cluster, other])], {
        message: isTwice
          ? `Virtual IP ${address} is named twice in WLBS cluster ${cluster}`
          : `Virtual IP ${address} is in WLBS clusters ${other} and ${cluster}`,
        reason: "Two clusters with one address answer each other's clients (KB 193598).",
        cure: isTwice
          ? "Remove one of the two."
          : `Give ${cluster} another virtual IP, or merge the two clusters.`,
      }),
    ];
  });
}

/** 1 to 32 virtual IPs, each an address that a host can have. */
export function checkVips(intent: Intent): Refusal[] {
  return eachCluster(intent, (cluster, { vips }) => {
    const count = vips.length >= 1 && vips.length <= vipsMax ? [] : [countRefusal(cluster, vips.length)];
    const unusable = vips.flatMap((text) => {
      const because = unusableBecause(text);
      if (because === null) return [];
      return [
        refusal("B-address", [["address", text], ...clusters([cluster])], {
          message: `Virtual IP ${text} of ${cluster} is ${because}`,
          reason: "Clients cannot connect to such an address.",
          cure: `Name an address that is free in the subnet of ${cluster}, with the prefix of that subnet.`,
        }),
      ];
    });
    return [...count, ...unusable];
  });
}

function countRefusal(cluster: string, count: number): Refusal {
  return refusal("B-vip-count", clusters([cluster]), {
    message: `WLBS cluster ${cluster} has ${count} virtual IPs`,
    reason: `A cluster has 1 to ${vipsMax} virtual IPs; the first is its primary one.`,
    cure: count === 0 ? `Name one under wlbs.${cluster}.vips.` : "Split the cluster.",
  });
}

/** R9: the cluster MAC can be derived, or the manual one fits the mode; two clusters never have the same. */
export function checkR9(intent: Intent): Refusal[] {
  const owners = new Map<string, string>();
  return eachCluster(intent, (cluster, wlbs) => {
    const primary = bareAddress(wlbs.vips[0] ?? "");
    if (wlbs.mode === "igmp" && !isIpv4(primary)) return [igmpNeedsIpv4(cluster, primary)];
    const problem = wlbs.clusterMac === null ? null : manualMacProblem(wlbs.mode, wlbs.clusterMac);
    if (problem !== null)
      return [wrongMac(cluster, { mac: wlbs.clusterMac ?? "", mode: wlbs.mode, problem })];
    const mac = deliveryOf(wlbs, primary).clusterMac;
    const other = mac === null ? undefined : owners.get(mac);
    if (mac !== null) owners.set(mac, cluster);
    // Derived MACs are equal for equal addresses (R7) and in igmp mode (see checkHeartbeatGroups): said there.
    if (other === undefined || (!wlbs.clusterMac && !intent.wlbs[other]?.clusterMac)) return [];
    return [sharedMac(mac ?? "", [other, cluster])];
  });
}

function igmpNeedsIpv4(cluster: string, primary: string): Refusal {
  return refusal("R9", [["address", primary], ...clusters([cluster])], {
    message: `WLBS cluster ${cluster} is in igmp mode, but its primary virtual IP ${primary} is not IPv4`,
    reason: "The group that hosts join in igmp mode, 239.255.y.z, is made of an IPv4 address (DOMAIN 1.4).",
    cure: "Put an IPv4 address first under vips, or use multicast or direct mode.",
  });
}

function wrongMac(cluster: string, at: { mac: string; mode: string; problem: string }): Refusal {
  return refusal("R9", clusters([cluster]), {
    message: `Cluster MAC ${at.mac} of ${cluster} does not fit ${at.mode} mode: ${at.problem}`,
    reason: "Hosts and switches treat a frame by the bits of its MAC (DOMAIN 1.4).",
    cure: "Remove clusterMac, so that it is derived from the primary virtual IP, or correct it.",
  });
}

function sharedMac(mac: string, both: string[]): Refusal {
  return refusal("R9", clusters(both), {
    message: `WLBS clusters ${both.join(" and ")} have the same cluster MAC ${mac}`,
    reason: "On one segment the hosts of both clusters would take each other's frames.",
    cure: `Remove clusterMac from ${both.at(-1)}, or give it another one.`,
  });
}

/** R15, the VIP's side: each virtual IP is in the subnet of the dedicated IPs of its own family. */
export function checkVipSubnet(intent: Intent, inventory: Inventory): Refusal[] {
  return eachCluster(intent, (cluster, { vips, hosts }) =>
    vips.flatMap((text) => {
      const vip = parseCidr(text);
      if (vip === null) return [];
      const outside = Object.entries(hosts).filter(([, { dedicatedIp }]) => {
        const dip = parseCidr(dedicatedIp);
        return dip !== null && isIpv4(dip.address) === isIpv4(vip.address) && !inSubnet(vip.address, dip);
      });
      if (outside.length > 0)
        return [
          outsideSubnet(
            cluster,
            vip,
            outside.map(([node]) => node),
          ),
        ];
      return isIpv4(vip.address) ? [] : withoutIpv6({ cluster, vip, hosts }, inventory);
    }),
  );
}

function outsideSubnet(cluster: string, vip: Cidr, nodes: string[]): Refusal {
  return refusal("R15", [["address", vip.address], ...clusters([cluster])], {
    message: `Virtual IP ${vip.address} of ${cluster} is outside the subnet of the dedicated IPs of ${nodes.join(", ")}`,
    reason:
      "A router looks for a virtual IP on the segment of its subnet, so the hosts must be there (KB 232711).",
    cure: `Give ${cluster} a virtual IP of that subnet, or correct the prefix of the dedicated IPs.`,
  });
}

/** An IPv6 VIP next to IPv4 dedicated IPs: the answer to a client needs a way out, so the interface needs the subnet. */
function withoutIpv6(
  { cluster, vip, hosts }: { cluster: string; vip: Cidr; hosts: WlbsIntent["hosts"] },
  inventory: Inventory,
): Refusal[] {
  const lacking = Object.entries(hosts).filter(([node, host]) => {
    const known = inventory.nodes.find(({ name }) => name === node);
    return (
      known !== undefined &&
      !known.addresses.some(
        (at) => at.interface === host.interface && at.prefixLength < 128 && inSubnet(at.address, vip),
      )
    );
  });
  if (lacking.length === 0) return [];
  const names = lacking.map(([node]) => node).join(", ");
  return [
    warning("R15", [["address", vip.address], ...clusters([cluster])], {
      message: `No address of the subnet of virtual IP ${vip.address}/${vip.prefixLength} is on the cluster interface of ${names}`,
      reason: "Without one the host has no route to its neighbours there, and answers may not leave.",
      cure: `Configure an IPv6 address of that subnet on ${names}.`,
    }),
  ];
}

/** Two clusters with one heartbeat group: they tell each other's heartbeats apart, but pay for them. */
export function checkHeartbeatGroups(intent: Intent): Refusal[] {
  const owners = new Map<string, string>();
  return eachCluster(intent, (cluster, wlbs) => {
    const primary = parseCidr(wlbs.vips[0] ?? "");
    if (primary === null) return [];
    const { heartbeatGroup } = deliveryOf(wlbs, primary.address);
    const other = owners.get(heartbeatGroup);
    owners.set(heartbeatGroup, other ?? cluster);
    if (other === undefined) return [];
    return [
      warning("B-heartbeat-group", clusters([other, cluster]), {
        message: `WLBS clusters ${other} and ${cluster} have the same heartbeat group ${heartbeatGroup}`,
        reason:
          "The group has the last two bytes of the primary virtual IP. On one segment each host would receive and drop the other cluster's heartbeats, and in igmp mode also its traffic.",
        cure: "Keep the two on different segments, or choose primary virtual IPs that differ in the last two bytes.",
      }),
    ];
  });
}

function eachCluster(intent: Intent, check: (cluster: string, wlbs: WlbsIntent) => Refusal[]): Refusal[] {
  return Object.entries(intent.wlbs).flatMap(([cluster, wlbs]) => check(cluster, wlbs));
}

function clusters(names: readonly string[]): ["wlbs-cluster", string][] {
  return names.map((name) => ["wlbs-cluster", name]);
}
