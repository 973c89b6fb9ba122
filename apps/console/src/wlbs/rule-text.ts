/** A port rule in words. Pure. */
import { formatRuleTarget, type PortRule, type ProbeCheck, rulesOf } from "@bulkhead/core/wlbs";
import { duration, plural } from "@bulkhead/ui/format.ts";
import { groupBy } from "./group-by.ts";

/** "80", "8080-8090". */
export function portsText(rule: Pick<PortRule, "startPort" | "endPort">): string {
  return rule.startPort === rule.endPort ? String(rule.startPort) : `${rule.startPort}-${rule.endPort}`;
}

export function protocolText({ protocol }: Pick<PortRule, "protocol">): string {
  return protocol === "both" ? "tcp+udp" : protocol;
}

/** "tcp 80", "tcp+udp 0-65535". */
export function ruleText(rule: Pick<PortRule, "startPort" | "endPort" | "protocol">): string {
  return `${protocolText(rule)} ${portsText(rule)}`;
}

const affinityMeanings: Record<PortRule["affinity"], string> = {
  none: "every connection by itself",
  single: "a client stays on one host",
  network: "a network (/24, IPv6 /64) stays on one host",
};

/** "single: a client stays on one host, for 20 min after its last packet". Of multiple mode; the others have none. */
export function affinityText({ mode, affinity, affinityTimeoutMin }: PortRule): string {
  if (mode !== "multiple") return "–";
  const extended =
    affinityTimeoutMin > 0
      ? `, also when hosts come and go, for ${affinityTimeoutMin} min after its last packet`
      : "";
  return `${affinity}: ${affinityMeanings[affinity]}${extended}`;
}

/** "single, 20 min". */
export function affinityShort({ mode, affinity, affinityTimeoutMin }: PortRule): string {
  if (mode !== "multiple") return "–";
  return affinityTimeoutMin > 0 ? `${affinity}, extended ${affinityTimeoutMin} min` : affinity;
}

type NameOf = (hostId: number) => string;

/** How the hosts share the rule: "equal load", "web-1 80, others 50", "web-1, then web-2". */
export function sharingText(rule: PortRule, nameOf: NameOf): string {
  if (rule.mode === "disabled") return "blocked on all hosts";
  if (rule.mode === "single") return prioritiesText(rule, nameOf);
  const weights = rule.weights.map(({ weight }) => weight);
  if (new Set(weights).size <= 1) return "equal load";
  return weightsText(rule, nameOf);
}

function prioritiesText({ priorities }: PortRule, nameOf: NameOf): string {
  const order = priorities.toSorted((a, b) => a.priority - b.priority).map(({ hostId }) => nameOf(hostId));
  return order.length > 4
    ? `${order.slice(0, 3).join(", then ")}, then ${order.length - 3} more`
    : order.join(", then ");
}

/** The most common weight is told once. */
function weightsText({ weights }: PortRule, nameOf: NameOf): string {
  const groups = [...groupBy(weights, ({ weight }) => weight)].sort((a, b) => a[1].length - b[1].length);
  const usual = groups.length > 1 && (groups.at(-1)?.[1].length ?? 0) > 1 ? groups.pop() : undefined;
  const odd = groups
    .flatMap(([weight, hosts]) => hosts.map(({ hostId }) => ({ weight, hostId })))
    .sort((a, b) => a.hostId - b.hostId);
  const shown = odd.slice(0, 4).map(({ weight, hostId }) => `${nameOf(hostId)} ${weight}`);
  const more = odd.length > 4 ? [`${odd.length - 4} more differ`] : [];
  return [...shown, ...more, ...(usual ? [`others ${usual[0]}`] : [])].join(", ");
}

export const modeText: Record<PortRule["mode"], string> = {
  multiple: "multiple hosts",
  single: "single host",
  disabled: "disabled",
};

function checkText(check: ProbeCheck): string {
  if (check.kind === "tcp") return `tcp ${check.port}`;
  if (check.kind === "http") return `http ${check.port}${check.path}`;
  return [check.command, ...check.args].join(" ");
}

/** "http 80/healthz every 1 s". */
export function probeText({ probe }: PortRule): string {
  return probe ? `${checkText(probe.check)} every ${duration(probe.periodMs)}` : "none";
}

/** Rise, fall, and what happens when no host passes. */
export function probeDetail({ probe }: PortRule): string | null {
  if (!probe) return null;
  const all = probe.whenAllFail === "serve" ? "all go on as if it passed" : "nobody takes any";
  return `Failing after ${plural(probe.fall, "failure")} in a row, healthy again after ${plural(probe.rise, "success", "successes")}; each attempt waits ${duration(probe.timeoutMs)}. If it fails on every host, ${all}.`;
}

/** How a command names the rule: "all:80", "192.0.2.1:80", "[2001:db8::1]:80". */
export function ruleTarget({ vip, startPort }: Pick<PortRule, "vip" | "startPort">): string {
  return formatRuleTarget({ vip, port: startPort });
}

/** Other rules that the same command means: it names a port, not a protocol. */
export function alsoMeant(rules: readonly PortRule[], { name, vip, startPort }: PortRule): string[] {
  return rulesOf(rules, { vip, port: startPort }).flatMap((rule) => (rule.name === name ? [] : [rule.name]));
}
