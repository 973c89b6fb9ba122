/**
 * The parts of the ruleset that depend on rules and buckets: port ranges to hash chains, fragments, and the
 * elements of the bucket map. Pure.
 */
import type { Affinity, DataPlane, PortRule } from "@bulkhead/core/wlbs";

const chainOf: Record<Affinity, string> = {
  none: "hash_none",
  single: "hash_single",
  network: "hash_network",
};

/** Elements of a verdict map `port range : goto chain`, sorted; null when no rule has the protocol. */
export function portMap(rules: readonly PortRule[], protocol: "tcp" | "udp"): string | null {
  const elements = rulesOf(rules, protocol)
    .toSorted((a, b) => a.startPort - b.startPort)
    .map((rule) => `${portRange(rule)} : goto ${chainOf[rule.affinity]}`);
  return elements.length === 0 ? null : elements.join(", ");
}

/** Hash chain of a rule that covers every port by address; null: fragments stay with the default host. */
export function fragmentTarget(rules: readonly PortRule[], protocol: "tcp" | "udp"): string | null {
  const whole = rulesOf(rules, protocol).find((rule) => rule.startPort === 0 && rule.endPort === 65_535);
  return whole && whole.affinity !== "none" ? chainOf[whole.affinity] : null;
}

/** At most two texts (owned, draining), sixteen elements a line. */
export function bucketElements(plane: DataPlane): string[] {
  const lists: [readonly number[], string][] = [
    [plane.ownedBuckets, "owned"],
    [plane.drainingBuckets, "draining"],
  ];
  return lists
    .filter(([buckets]) => buckets.length > 0)
    .map(([buckets, chain]) => inLines(buckets.map((bucket) => `${bucket} : goto ${chain}`)));
}

function inLines(elements: readonly string[]): string {
  const lines: string[] = [];
  for (let at = 0; at < elements.length; at += 16) lines.push(` ${elements.slice(at, at + 16).join(", ")}`);
  return lines.join(",\n");
}

function rulesOf(rules: readonly PortRule[], protocol: "tcp" | "udp"): PortRule[] {
  return rules.filter((rule) => rule.protocol === protocol || rule.protocol === "both");
}

function portRange(rule: PortRule): string {
  return rule.startPort === rule.endPort ? `${rule.startPort}` : `${rule.startPort}-${rule.endPort}`;
}
