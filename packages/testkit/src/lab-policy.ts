/** Policies for simulated clusters: hosts `web-1` .. `web-N` with IDs 1 .. N, and rules that are equal for all. */
import { type PortRule, samplePolicy, sampleRule, type WlbsPolicy } from "@bulkhead/core/wlbs";

/** Host IDs 1 .. `hosts`. */
export function idsUpTo(hosts: number): number[] {
  return Array.from({ length: hosts }, (_, i) => i + 1);
}

/** A rule for `hosts` hosts: multiple mode, affinity none, equal load, TCP port 80, unless `change` says otherwise. */
export function labRule(hosts: number, change: Partial<PortRule> = {}): PortRule {
  return sampleRule(hosts, change);
}

/** A policy for `hosts` hosts with one rule, detection after 800 ms, unless `change` says otherwise. */
export function labPolicy(hosts: number, change: Partial<WlbsPolicy> = {}): WlbsPolicy {
  const sample = samplePolicy(hosts);
  return {
    ...sample,
    vips: [{ address: "10.77.0.100", prefixLength: 24 }],
    clusterMac: "03:bf:0a:4d:00:64",
    hosts: sample.hosts.map((host) => ({ ...host, dedicatedIp: `10.77.0.${host.hostId}` })),
    hashSeed: 0x5eed,
    heartbeatGroup: "239.255.0.100",
    ...change,
  };
}
