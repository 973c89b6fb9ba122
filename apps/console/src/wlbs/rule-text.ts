/** A port rule in one line. Pure. */
import type { PortRule } from "@bulkhead/core/wlbs";

/** "80", "8080-8090". */
export function portsText(rule: Pick<PortRule, "startPort" | "endPort">): string {
  return rule.startPort === rule.endPort ? String(rule.startPort) : `${rule.startPort}-${rule.endPort}`;
}

/** "tcp 80", "tcp+udp 0-65535". */
export function ruleText(rule: Pick<PortRule, "startPort" | "endPort" | "protocol">): string {
  return `${rule.protocol === "both" ? "tcp+udp" : rule.protocol} ${portsText(rule)}`;
}
