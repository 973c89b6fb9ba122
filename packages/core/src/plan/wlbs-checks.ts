/** Rules R6 to R15 as far as this version carries WLBS out, and what it does not carry out yet (B-...). */
import { isIpv4, parseCidr, type Refusal } from "../fleet/index.ts";
import type { PortRule } from "../wlbs/index.ts";
import { dedicatedIps, virtualIps } from "./facts.ts";
import { refusal } from "./refuse.ts";
import type { Intent, Inventory, WlbsIntent } from "./types.ts";

/** R6: dedicated IPs are pairwise distinct and none is a virtual IP. */
export function checkR6(intent: Intent): Refusal[] {
  const vips = new Map(virtualIps(intent).map(({ address, cluster }) => [address, cluster]));
  const owners = new Map<string, string>();
  return dedicatedIps(intent).flatMap(({ address, node }) => {
    const cluster = vips.get(address);
    const other = owners.get(address);
    owners.set(address, node);
    const clash =
      cluster === undefined
        ? other === undefined
          ? null
          : `is also the dedicated IP of ${other}`
        : `equals the virtual IP of ${cluster}`;
    if (clash === null) return [];
    return [
      refusal(
        "R6",
        [
          ["address", address],
          ["wlbs-host", node],
        ],
        {
          message: `Dedicated IP ${address} of ${node} ${clash}`,
          reason: "A dedicated IP belongs to one host and is never balanced.",
          cure: `Give ${node} an address of its own.`,
        },
      ),
    ];
  });
}

/** R7: a virtual IP belongs to one cluster. */
export function checkR7(intent: Intent): Refusal[] {
  const owners = new Map<string, string>();
  return virtualIps(intent).flatMap(({ address, cluster }) => {
    const other = owners.get(address);
    owners.set(address, cluster);
    if (other === undefined) return [];
    return [
      refusal(
        "R7",
        [
          ["address", address],
          ["wlbs-cluster", cluster],
          ["wlbs-cluster", other],
        ],
        {
          message: `Virtual IP ${address} is in WLBS clusters ${other} and ${cluster}`,
          reason: "Two clusters with one address answer each other's clients (KB 193598).",
          cure: `Give ${cluster} another virtual IP, or merge the two clusters.`,
        },
      ),
    ];
  });
}

/** R8: 1 to 32 hosts with distinct host IDs; gaps are allowed. The range of an ID is checked by the fleet file. */
export function checkR8(intent: Intent): Refusal[] {
  return Object.entries(intent.wlbs).flatMap(([cluster, { hosts }]) => {
    const names = Object.keys(hosts);
    const size = names.length >= 1 && names.length <= 32 ? [] : [sizeRefusal(cluster, names.length)];
    const owners = new Map<number, string>();
    const duplicates = Object.entries(hosts).flatMap(([node, { id }]) => {
      const other = owners.get(id);
      owners.set(id, node);
      return other === undefined ? [] : [duplicateId(cluster, { id, node, other })];
    });
    return [...size, ...duplicates];
  });
}

/** R10: at most 32 rules per cluster, and no two overlap in port range and protocol. */
export function checkR10(intent: Intent): Refusal[] {
  return Object.entries(intent.wlbs).flatMap(([cluster, { rules }]) => {
    const list = Object.entries(rules);
    const overlaps = list.flatMap(([name, rule], index) =>
      list
        .slice(index + 1)
        .flatMap(([otherName, other]) =>
          overlap(rule, other) ? [overlapRefusal(cluster, name, otherName)] : [],
        ),
    );
    if (list.length <= 32) return overlaps;
    const tooMany = refusal("R10", [["wlbs-cluster", cluster]], {
      message: `WLBS cluster ${cluster} has ${list.length} port rules; 32 is the most`,
      reason: "WLBS carries 32 port rules and the default rule (DOMAIN 1.3).",
      cure: "Join port ranges, or split the cluster.",
    });
    return [tooMany, ...overlaps];
  });
}

/** R13: warns of fragments: they carry no port, so affinity none sends them to the wrong host. */
export function checkR13(intent: Intent): Refusal[] {
  return Object.entries(intent.wlbs).flatMap(([cluster, { rules }]) =>
    Object.entries(rules)
      .filter(([, rule]) => rule.affinity === "none" && rule.protocol !== "tcp")
      .map(([name]) => ({
        ...refusal(
          "R13",
          [
            ["wlbs-cluster", cluster],
            ["port-rule", name],
          ],
          {
            message: `Port rule ${name} of ${cluster} balances UDP with affinity none`,
            reason:
              "IP fragments have no port, so they may reach a host that does not own the client (KB 229064).",
            cure: "Use affinity single or network for UDP, or keep datagrams below the MTU.",
          },
        ),
        severity: "warn" as const,
      })),
  );
}

/** R15, as far as the inventory tells: the dedicated IP is on the named interface, in the subnet of the VIP. */
export function checkR15(intent: Intent, inventory: Inventory): Refusal[] {
  return Object.entries(intent.wlbs).flatMap(([cluster, { hosts, vips }]) => {
    const subnet = parseCidr(vips[0] ?? "");
    return Object.entries(hosts).flatMap(([node, host]) => {
      const known = inventory.nodes.find(({ name }) => name === node);
      const wanted = parseCidr(host.dedicatedIp);
      if (known === undefined || wanted === null || subnet === null) return [];
      const isPresent = known.addresses.some(
        (at) => at.interface === host.interface && at.address === wanted.address,
      );
      return isPresent
        ? []
        : [notOnInterface(cluster, { node, interface: host.interface, address: wanted.address })];
    });
  });
}

/** What WLBS can do and this version does not carry out yet. Refused, so that nobody believes it runs. */
export function checkWlbsLimits(intent: Intent): Refusal[] {
  return Object.entries(intent.wlbs).flatMap(([cluster, wlbs]) => [
    ...modeLimit(cluster, wlbs),
    ...vipLimit(cluster, wlbs),
  ]);
}

function modeLimit(cluster: string, { mode }: WlbsIntent): Refusal[] {
  if (mode === "multicast") return [];
  return [
    refusal("B-mode", [["wlbs-cluster", cluster]], {
      message: `WLBS cluster ${cluster} asks for ${mode} delivery`,
      reason: "This version carries out multicast delivery only.",
      cure: "Write mode: multicast.",
    }),
  ];
}

function vipLimit(cluster: string, { vips }: WlbsIntent): Refusal[] {
  const primary = parseCidr(vips[0] ?? "");
  if (vips.length === 1 && primary !== null && isIpv4(primary.address)) return [];
  return [
    refusal("B-one-vip", [["wlbs-cluster", cluster]], {
      message: `WLBS cluster ${cluster} names ${vips.join(", ")}`,
      reason: "This version carries out exactly one IPv4 virtual IP per cluster.",
      cure: "Name one IPv4 address with its prefix under vips.",
    }),
  ];
}

function overlap(a: Omit<PortRule, "name">, b: Omit<PortRule, "name">): boolean {
  const sameProtocol = a.protocol === "both" || b.protocol === "both" || a.protocol === b.protocol;
  return sameProtocol && a.startPort <= b.endPort && b.startPort <= a.endPort;
}

function overlapRefusal(cluster: string, name: string, other: string): Refusal {
  return refusal(
    "R10",
    [
      ["wlbs-cluster", cluster],
      ["port-rule", name],
      ["port-rule", other],
    ],
    {
      message: `Port rules ${name} and ${other} of ${cluster} overlap`,
      reason: "A packet must match one rule only (WLBS_PORT_OVERLAP, DOMAIN 1.3).",
      cure: `Change the ports or the protocol of ${other}.`,
    },
  );
}

function sizeRefusal(cluster: string, count: number): Refusal {
  return refusal("R8", [["wlbs-cluster", cluster]], {
    message: `WLBS cluster ${cluster} has ${count} hosts`,
    reason: "A cluster has 1 to 32 hosts.",
    cure:
      count === 0 ? `Name a host under wlbs.${cluster}.hosts, or remove the cluster.` : "Split the cluster.",
  });
}

function duplicateId(cluster: string, clash: { id: number; node: string; other: string }): Refusal {
  return refusal(
    "R8",
    [
      ["wlbs-cluster", cluster],
      ["wlbs-host", clash.node],
      ["wlbs-host", clash.other],
    ],
    {
      message: `Host ID ${clash.id} of ${cluster} is given to ${clash.other} and ${clash.node}`,
      reason: "The host ID is the identity of a host in its cluster (DOMAIN 1.2).",
      cure: `Give ${clash.node} a free ID from 1 to 32.`,
    },
  );
}

function notOnInterface(cluster: string, at: { node: string; interface: string; address: string }): Refusal {
  return refusal(
    "R15",
    [
      ["wlbs-cluster", cluster],
      ["wlbs-host", at.node],
      ["address", at.address],
    ],
    {
      message: `Dedicated IP ${at.address} is not on ${at.interface} of ${at.node}`,
      reason:
        "The hosts of a cluster talk to each other on the cluster interface, from their dedicated IPs (KB 232711).",
      cure: `Configure ${at.address} on ${at.interface} of ${at.node}, or correct interface and dedicatedIp in the fleet file.`,
    },
  );
}
