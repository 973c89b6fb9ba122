/**
 * Which port rule a packet falls under, as the data plane sorts it (DOMAIN 1.3, 1.11).
 */
import type { Affinity, PlaneRule, PortRule } from "../types.ts";

export type FlowProtocol = "tcp" | "udp" | "icmp" | "gre" | "esp" | "ah";

/** GRE belongs to PPTP's control connection, ESP and AH to the key exchange (DOMAIN 1.11). */
const controlPorts = {
  gre: { protocol: "tcp", port: 1723 },
  esp: { protocol: "udp", port: 500 },
  ah: { protocol: "udp", port: 500 },
} as const;

type Matchable = Pick<PortRule | PlaneRule, "vip" | "startPort" | "endPort" | "protocol" | "affinity">;

function covers(rule: Matchable, at: { vip: string; protocol: "tcp" | "udp"; port: number }): boolean {
  if (rule.vip !== null && rule.vip !== at.vip) return false;
  if (rule.protocol !== "both" && rule.protocol !== at.protocol) return false;
  return rule.startPort <= at.port && at.port <= rule.endPort;
}

/**
 * The rule of a packet to `vip`, and the affinity by which it is hashed; null = no rule, it belongs to the default
 * host. A tunnelled protocol follows the rule of its control port, if that sorts clients by address.
 */
export function ruleFor<Rule extends Matchable>(
  rules: readonly Rule[],
  flow: { protocol: FlowProtocol; vip: string; port: number },
): { rule: Rule; affinity: Affinity } | null {
  const { vip, protocol } = flow;
  if (protocol === "icmp") return null;
  if (protocol === "tcp" || protocol === "udp") {
    const rule = rules.find((candidate) => covers(candidate, { vip, protocol, port: flow.port }));
    return rule ? { rule, affinity: rule.affinity } : null;
  }
  const rule = rules.find((candidate) => covers(candidate, { vip, ...controlPorts[protocol] }));
  return rule && rule.affinity !== "none" ? { rule, affinity: rule.affinity } : null;
}
