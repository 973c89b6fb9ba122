/** `wlbs queryport`: state and counters of the rules that contain a port (DOMAIN 1.8). */
import type { RuleTarget } from "../convergence/events.ts";
import type { RuleView, WlbsPolicy, WlbsStatus } from "../types.ts";
import { portText } from "./params.ts";
import { formatRuleTarget, rulesOf } from "./target.ts";

function health({ health: word, healthText }: RuleView): string {
  if (word === "none") return "";
  return `, probe ${word}${healthText ? ` (${healthText})` : ""}`;
}

/** One line per rule that the target means; null = no rule contains that port. */
export function renderQueryPort(policy: WlbsPolicy, status: WlbsStatus, target: RuleTarget): string | null {
  const lines = rulesOf(policy.rules, target).flatMap((rule) => {
    const view = status.rules.find(({ name }) => name === rule.name);
    if (!view) return [];
    const count = status.traffic.rules.find(({ name }) => name === rule.name);
    const state = rule.mode === "disabled" ? "disabled by the fleet file" : `${view.state}${health(view)}`;
    const packets = count
      ? `; packets: ${count.acceptedPackets} accepted, ${count.drainedPackets} of draining buckets, ${count.foreignPackets} dropped as foreign`
      : "";
    return `${rule.name} (${rule.vip ?? "all"}:${portText(rule)}): ${state}; ${view.openConnections} open connections${packets}`;
  });
  return lines.length === 0 ? null : lines.join("\n");
}

/** What to say when `renderQueryPort` has nothing. */
export function noSuchPort(target: RuleTarget): string {
  return `No port rule contains ${formatRuleTarget(target)}; such traffic goes to the default host.`;
}
