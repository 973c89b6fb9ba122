/** From the intent of a WLBS cluster that the guard let through to the one policy that all its hosts get. */
import {
  type Cidr,
  clusterMacOf,
  equalLoadWeight,
  fnv1a,
  heartbeatGroupOf,
  parseCidr,
} from "../fleet/index.ts";
import type { ClusterHost, PortRule, WlbsPolicy } from "../wlbs/index.ts";
import type { RuleIntent, WlbsIntent } from "./types.ts";

/** NLB's own remote-control port (KB 193601), here for heartbeats. */
const heartbeatPort = 2504;

/** Throws when the intent breaks a rule that the guard holds: there is no policy for it. */
export function compileWlbs(cluster: string, wlbs: WlbsIntent): WlbsPolicy {
  const vips = wlbs.vips.map((text) => readCidr(cluster, text));
  const primary = vips[0]?.address;
  if (primary === undefined) throw new Error(`the guard let ${cluster} through without a virtual IP`);
  const { clusterMac, heartbeatGroup } = deliveryOf(wlbs, primary);
  if (clusterMac === null && wlbs.mode !== "direct")
    throw new Error(`the guard let ${cluster} through without a cluster MAC`);
  const hosts = Object.entries(wlbs.hosts)
    .map(([node, { id, dedicatedIp, interface: card, initialState, retainSuspended }]): ClusterHost => {
      const { address, prefixLength } = readCidr(cluster, dedicatedIp);
      const start = { initialState, retainSuspended };
      return { node, hostId: id, dedicatedIp: address, prefixLength, interface: card, ...start };
    })
    .sort((a, b) => a.hostId - b.hostId);
  return {
    cluster,
    internetName: wlbs.internetName,
    vips,
    mode: wlbs.mode,
    clusterMac,
    heartbeat: wlbs.heartbeat,
    partition: wlbs.partition,
    filterIcmp: wlbs.filterIcmp,
    hosts,
    rules: Object.entries(wlbs.rules)
      .map(([name, rule]) => compileRule(name, rule, hosts))
      .sort(byPorts),
    // Any fixed function will do: the same on all hosts, another in each cluster, and never a new one for an old cluster.
    hashSeed: fnv1a(`${cluster} ${primary}`),
    heartbeatGroup,
    heartbeatPort,
  };
}

/** Cluster MAC (manual or derived) and heartbeat group; the MAC is null where there is none. `primary` is canonical. */
export function deliveryOf(
  { mode, clusterMac: manual }: Pick<WlbsIntent, "mode" | "clusterMac">,
  primary: string,
): { clusterMac: string | null; heartbeatGroup: string } {
  const clusterMac = mode === "direct" ? null : (manual ?? clusterMacOf(mode, primary));
  return { clusterMac, heartbeatGroup: heartbeatGroupOf(mode, primary, clusterMac) };
}

function compileRule(name: string, rule: RuleIntent, hosts: readonly ClusterHost[]): PortRule {
  return {
    name,
    vip: rule.vip,
    startPort: rule.startPort,
    endPort: rule.endPort,
    protocol: rule.protocol,
    mode: rule.mode,
    affinity: rule.affinity,
    affinityTimeoutMin: rule.affinityTimeoutMin,
    weights: hosts.map(({ node, hostId }) => ({
      hostId,
      weight: rule.weights?.[node] ?? equalLoadWeight,
    })),
    priorities: hosts.map(({ node, hostId }) => ({
      hostId,
      priority: rule.priorities?.[node] ?? hostId,
    })),
    probe: rule.probe,
  };
}

/** By port, then virtual IP, then protocol: no two rules are equal in all three, since rules do not overlap. */
function byPorts(a: PortRule, b: PortRule): number {
  const key = (rule: PortRule) => `${rule.vip ?? ""} ${rule.protocol}`;
  return a.startPort - b.startPort || (key(a) < key(b) ? -1 : 1);
}

function readCidr(cluster: string, text: string): Cidr {
  const cidr = parseCidr(text);
  if (cidr === null) throw new Error(`the guard let the address ${text} of ${cluster} through`);
  return cidr;
}
