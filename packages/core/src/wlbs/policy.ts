/**
 * What two hosts must agree on before they may share virtual IPs (DOMAIN 1.7), as digests that fit in a beat.
 */
import { canonicalJson, isSameJson } from "../fleet/index.ts";
import { digestText } from "./table/digest.ts";
import type { PlaneRule, PortRule, WlbsPolicy } from "./types.ts";

/** What of a rule decides which packets it covers and how they are sorted into buckets. */
export function ruleKey(rule: PortRule): string {
  const { vip, startPort, endPort, protocol, mode, affinity } = rule;
  return [vip ?? "all", startPort, endPort, protocol, mode, affinity].join(" ");
}

/**
 * Digest (16 hex digits) of everything that decides which bucket of which rule a packet falls into. While it changes,
 * hosts would sort the same packet differently, so all buckets are released first. Weights, priorities, probes and
 * time-outs are not in it: under them a bucket means the same before and after.
 */
export function mappingDigest(policy: WlbsPolicy): string {
  const vips = policy.vips.map(({ address }) => address).sort();
  return digestText(JSON.stringify([vips, policy.hashSeed, policy.rules.map(ruleKey).sort()]));
}

/** Digest (16 hex digits) of what slots mean: which rule, and which bucket a client falls into. */
export function slotsDigest(policy: WlbsPolicy): string {
  const rules = policy.rules.map((rule) => [rule.name, ruleKey(rule)]);
  return digestText(JSON.stringify([policy.hashSeed, rules]));
}

/** Digest (16 hex digits) of the whole policy. The order of rules counts, since slots are their indexes; that of hosts does not. */
export function wlbsPolicyDigest(policy: WlbsPolicy): string {
  const hosts = [...policy.hosts].sort((a, b) => a.hostId - b.hostId);
  return digestText(canonicalJson({ ...policy, hosts }));
}

/** Do the port rules of the two differ in anything, weights and probes included? */
export function rulesDiffer(a: WlbsPolicy, b: WlbsPolicy): boolean {
  return !isSameJson(a.rules, b.rules);
}

/** Has the rule extended affinity: multiple mode, clients sorted by address, a time-out. DOMAIN 1.3. */
export function isSticky(rule: Pick<PortRule, "mode" | "affinity" | "affinityTimeoutMin">): boolean {
  return rule.mode === "multiple" && rule.affinity !== "none" && rule.affinityTimeoutMin > 0;
}

/** The fields of a rule that the kernel is told as they are. */
export function planeRuleBase(rule: PortRule): Omit<PlaneRule, "table" | "sticky"> {
  const { name, vip, startPort, endPort, protocol, affinity } = rule;
  return { name, vip, startPort, endPort, protocol, affinity };
}
