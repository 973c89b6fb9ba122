/**
 * One port rule on every host: what it does there, what it owns, and what it should own (DOMAIN 1.3). Pure.
 */
import { quotas, type RuleView } from "@bulkhead/core/wlbs";
import type { Condition } from "../states/condition.ts";
import type { WlbsCluster, WlbsHost, WlbsRule } from "../states/wlbs-states.ts";
import { bucketCount, type Share, takesPart } from "./bucket-model.ts";

/** A rule on one host. */
export interface RuleOnHost {
  host: WlbsHost;
  /** Null while the host is silent, or does not know the rule yet. */
  view: RuleView | null;
  share: Share;
  /** Load weight (multiple) or handling priority (single); null where the mode has neither. */
  load: number | null;
  condition: Condition;
}

/** What the host reports of the rule; null when its news is old or it has none. */
export function ruleView(host: WlbsHost, rule: string): RuleView | null {
  if (!host.online) return null;
  return host.status?.rules.find(({ name }) => name === rule) ?? null;
}

/** Does the host take new clients of the rule, as far as its own report says. */
function takes(cluster: WlbsCluster, host: WlbsHost, rule: WlbsRule): boolean {
  const view = ruleView(host, rule.name);
  return takesPart(cluster, host) && (view === null || view.state === "enabled");
}

/** Hosts that share the rule. A failing probe takes a host out, unless it fails everywhere and the rule says to serve then. */
function sharing(cluster: WlbsCluster, rule: WlbsRule): WlbsHost[] {
  const willing = cluster.hosts.filter((host) => takes(cluster, host, rule));
  const healthy = willing.filter((host) => ruleView(host, rule.name)?.health !== "failing");
  return healthy.length === 0 && rule.probe?.whenAllFail === "serve" ? willing : healthy;
}

function targetsOf(cluster: WlbsCluster, rule: WlbsRule): Map<number, number> {
  const hosts = sharing(cluster, rule);
  if (rule.mode === "disabled") return new Map();
  if (rule.mode === "multiple")
    return quotas(
      hosts.map(({ hostId }) => ({ hostId, weight: weightOf(rule, hostId) })),
      bucketCount,
    );
  const best = hosts.toSorted((a, b) => priorityOf(rule, a.hostId) - priorityOf(rule, b.hostId))[0];
  return new Map(best ? [[best.hostId, bucketCount]] : []);
}

/** Equal load is 50 for all. */
function weightOf(rule: WlbsRule, hostId: number): number {
  return rule.weights.find((each) => each.hostId === hostId)?.weight ?? 50;
}

function priorityOf(rule: WlbsRule, hostId: number): number {
  return rule.priorities.find((each) => each.hostId === hostId)?.priority ?? hostId;
}

function loadOf(rule: WlbsRule, hostId: number): number | null {
  if (rule.mode === "disabled") return null;
  return rule.mode === "multiple" ? weightOf(rule, hostId) : priorityOf(rule, hostId);
}

/** Share of every host in one rule, in the order of the hosts. */
export function ruleShares(cluster: WlbsCluster, rule: WlbsRule): Share[] {
  const counts = new Map(rule.distribution.map(({ hostId, buckets }) => [hostId, buckets]));
  const targets = targetsOf(cluster, rule);
  return cluster.hosts.map(({ hostId, node }) => ({
    hostId,
    node,
    owned: counts.get(hostId) ?? 0,
    target: targets.get(hostId) ?? 0,
  }));
}

/** The rule on all hosts of the cluster. */
export function ruleOnHosts(cluster: WlbsCluster, rule: WlbsRule): RuleOnHost[] {
  const shares = ruleShares(cluster, rule);
  return cluster.hosts.flatMap((host, i) => {
    const share = shares[i];
    if (!share) return [];
    const view = ruleView(host, rule.name);
    const condition = ruleCondition(host, rule, view);
    return [{ host, view, share, load: loadOf(rule, host.hostId), condition }];
  });
}

/** One rule on one host in words (queryport, DOMAIN 1.8). A state by command comes before what the probe says. */
export function ruleCondition(host: WlbsHost, rule: WlbsRule, view: RuleView | null): Condition {
  const { node } = host;
  if (rule.mode === "disabled")
    return { role: "off", word: "Blocked", why: "The fleet file blocks these ports." };
  if (!view) return { role: "unknown", word: "No news", why: `Nothing recent is known of ${node}.` };
  if (view.state === "disabled")
    return {
      role: "off",
      word: "Disabled",
      why: `Disabled by command: ${node} drops everything to these ports.`,
    };
  if (view.state === "draining") return drainingRule(node, view);
  if (host.status?.state === "stopped" || host.status?.state === "suspended")
    return { role: "off", word: `Host ${host.status.state}`, why: `${node} is ${host.status.state}.` };
  if (view.health === "failing")
    return { role: "warn", word: "Probe fails", why: view.healthText ?? "The probe gives no reason." };
  if (view.health === "unknown")
    return { role: "active", word: "Probing", why: "No verdict yet; counts as healthy." };
  return { role: "ok", word: view.health === "healthy" ? "Healthy" : "Enabled", why: null };
}

function drainingRule(node: string, { openConnections }: RuleView): Condition {
  const why =
    openConnections > 0
      ? `Draining by command: ${openConnections} open, no new ones.`
      : `Drained by command: ${node} takes no new clients of this rule.`;
  return { role: "active", word: openConnections > 0 ? "Draining" : "Drained", why };
}
