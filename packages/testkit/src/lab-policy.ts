/** Policies for simulated clusters: hosts `web-1` .. `web-N` with IDs 1 .. N, and rules that are equal for all. */
import type { PortRule, WlbsPolicy } from "@bulkhead/core/wlbs";

/** Host IDs 1 .. `hosts`. */
export function idsUpTo(hosts: number): number[] {
  return Array.from({ length: hosts }, (_, i) => i + 1);
}

/** A rule for `hosts` hosts: multiple mode, affinity none, equal load, TCP port 80, unless `change` says otherwise. */
export function labRule(hosts: number, change: Partial<PortRule> = {}): PortRule {
  const ids = idsUpTo(hosts);
  return {
    name: "http",
    vip: null,
    startPort: 80,
    endPort: 80,
    protocol: "tcp",
    mode: "multiple",
    affinity: "none",
    affinityTimeoutMin: 0,
    weights: ids.map((hostId) => ({ hostId, weight: 50 })),
    priorities: ids.map((hostId) => ({ hostId, priority: hostId })),
    probe: null,
    ...change,
  };
}

/** A policy for `hosts` hosts with one rule, detection after 800 ms, unless `change` says otherwise. */
export function labPolicy(hosts: number, change: Partial<WlbsPolicy> = {}): WlbsPolicy {
  return {
    cluster: "web",
    internetName: null,
    vips: [{ address: "10.77.0.100", prefixLength: 24 }],
    mode: "multicast",
    clusterMac: "03:bf:0a:4d:00:64",
    heartbeat: { periodMs: 200, tolerance: 4 },
    partition: "serve",
    filterIcmp: false,
    hosts: idsUpTo(hosts).map((id) => ({
      node: `web-${id}`,
      hostId: id,
      dedicatedIp: `10.77.0.${id}`,
      prefixLength: 24,
      interface: "eth0",
      initialState: "started",
      retainSuspended: true,
    })),
    rules: [labRule(hosts)],
    hashSeed: 0x5eed,
    heartbeatGroup: "239.255.0.100",
    heartbeatPort: 2504,
    ...change,
  };
}
