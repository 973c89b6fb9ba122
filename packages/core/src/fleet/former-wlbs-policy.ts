/**
 * WLBS policies as they were written before a cluster could have several virtual IPs: nodes and the database still hold some.
 * Read once, at the door, into the present form; what they did not say is what the hosts of that time did. Here and not
 * in wlbs, because the frame of the agent reads policies and holds no code of either tier.
 */

export interface FormerWlbsPolicy {
  cluster: string;
  vip: string;
  vipPrefixLength: number;
  mode: "multicast";
  clusterMac: string;
  heartbeat: { periodMs: number; tolerance: number };
  hosts: {
    node: string;
    hostId: number;
    dedicatedIp: string;
    prefixLength: number;
    interface: string;
    initialState: "started" | "stopped";
  }[];
  rules: {
    name: string;
    startPort: number;
    endPort: number;
    protocol: "tcp" | "udp" | "both";
    mode: "multiple";
    affinity: "none" | "single" | "network";
  }[];
  hashSeed: number;
  heartbeatGroup: string;
  heartbeatPort: number;
}

/** Load weight of a host under equal load. DOMAIN 1.3. */
export const equalLoadWeight = 50;

export function isFormer(policy: object): policy is FormerWlbsPolicy {
  return "vip" in policy;
}

/** A `WlbsPolicy`; whoever uses it as one has that checked by the compiler. */
export function fromFormer(former: FormerWlbsPolicy) {
  const { vip, vipPrefixLength, hosts, rules, ...same } = former;
  const hostIds = hosts.map(({ hostId }) => hostId).sort((a, b) => a - b);
  return {
    ...same,
    internetName: null,
    vips: [{ address: vip, prefixLength: vipPrefixLength }],
    partition: "serve" as const,
    filterIcmp: false,
    hosts: hosts.map((host) => ({ ...host, retainSuspended: true })),
    rules: rules.map((rule) => ({
      ...rule,
      vip: null,
      affinityTimeoutMin: 0,
      weights: hostIds.map((hostId) => ({ hostId, weight: equalLoadWeight })),
      priorities: hostIds.map((hostId) => ({ hostId, priority: hostId })),
      probe: null,
    })),
  };
}
