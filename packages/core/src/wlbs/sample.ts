/** A valid WLBS policy for tests, of any size; what a test is about is named in `change`. */
import type { PortRule, WlbsPolicy } from "./types.ts";

/** Cluster `web` with VIP 192.0.2.100 (multicast) and hosts web-1.. with IDs 1.., one rule: HTTP, affinity none. `hosts`: 1-32. */
export function samplePolicy(hosts = 2, change: Partial<WlbsPolicy> = {}): WlbsPolicy {
  return {
    cluster: "web",
    internetName: null,
    vips: [{ address: "192.0.2.100", prefixLength: 24 }],
    mode: "multicast",
    clusterMac: "03:bf:c0:00:02:64",
    heartbeat: { periodMs: 200, tolerance: 4 },
    partition: "serve",
    filterIcmp: false,
    hosts: hostIds(hosts).map((hostId) => ({
      node: `web-${hostId}`,
      hostId,
      dedicatedIp: `192.0.2.${hostId}`,
      prefixLength: 24,
      interface: "eth0",
      initialState: "started",
      retainSuspended: true,
    })),
    rules: [sampleRule(hosts)],
    hashSeed: 7,
    heartbeatGroup: "239.255.2.100",
    heartbeatPort: 2504,
    ...change,
  };
}

/** Rule `http`: TCP 80 on all virtual IPs, multiple hosts, affinity none, equal load; fits `samplePolicy(hosts)`. */
export function sampleRule(hosts = 2, change: Partial<PortRule> = {}): PortRule {
  return {
    name: "http",
    vip: null,
    startPort: 80,
    endPort: 80,
    protocol: "tcp",
    mode: "multiple",
    affinity: "none",
    affinityTimeoutMin: 0,
    weights: hostIds(hosts).map((hostId) => ({ hostId, weight: 50 })),
    priorities: hostIds(hosts).map((hostId) => ({ hostId, priority: hostId })),
    probe: null,
    ...change,
  };
}

function hostIds(hosts: number): number[] {
  return Array.from({ length: hosts }, (_, index) => index + 1);
}
