/**
 * What two hosts must agree on before they may share a virtual IP (DOMAIN 1.7), as digests that fit in a beat.
 */
import { digestText } from "./table/digest.ts";
import type { PortRule, WlbsPolicy } from "./types.ts";

function ruleKey(rule: PortRule): string {
  return [rule.startPort, rule.endPort, rule.protocol, rule.mode, rule.affinity].join(" ");
}

/**
 * Digest (16 hex digits) of everything that decides which host a packet belongs to. While it changes, hosts would
 * sort the same packet into different buckets, so all buckets are released first.
 */
export function mappingDigest(policy: WlbsPolicy): string {
  const rules = policy.rules.map(ruleKey).sort();
  return digestText(JSON.stringify([policy.vip, policy.hashSeed, rules]));
}

/** Digest (16 hex digits) of the whole policy; the order of its hosts and rules does not matter. */
export function wlbsPolicyDigest(policy: WlbsPolicy): string {
  const hosts = [...policy.hosts]
    .sort((a, b) => a.hostId - b.hostId)
    .map((h) => [h.node, h.hostId, h.dedicatedIp, h.prefixLength, h.interface, h.initialState]);
  const rules = policy.rules.map((rule) => `${rule.name} ${ruleKey(rule)}`).sort();
  const { periodMs, tolerance } = policy.heartbeat;
  return digestText(
    JSON.stringify([
      [policy.cluster, policy.vip, policy.vipPrefixLength, policy.mode, policy.clusterMac, policy.hashSeed],
      [periodMs, tolerance, policy.heartbeatGroup, policy.heartbeatPort],
      hosts,
      rules,
    ]),
  );
}
