/** What the pages read of a cluster besides its hosts: shares over all rules, names, the heartbeat in words. Pure. */
import { duration, plural } from "@bulkhead/ui/format.ts";
import type { WlbsCluster, WlbsRule } from "../states/wlbs-states.ts";
import { type Share, takesPart } from "./bucket-model.ts";
import { ruleShares } from "./rule-shares.ts";

/** Rules by which the load is shared: those of multiple mode. A cluster without any shares only its single-host rules. */
function sharedRules({ rules }: Pick<WlbsCluster, "rules">): WlbsRule[] {
  const multiple = rules.filter(({ mode }) => mode === "multiple");
  return multiple.length > 0 ? multiple : rules.filter(({ mode }) => mode === "single");
}

/** Share of every host in the rules by which the load is shared: the mean, in buckets. */
export function sharesOf(cluster: WlbsCluster): Share[] {
  const perRule = sharedRules(cluster).map((rule) => ruleShares(cluster, rule));
  const mean = (read: (share: Share) => number, i: number) =>
    perRule.length === 0
      ? 0
      : perRule.reduce((sum, shares) => sum + (shares[i] ? read(shares[i]) : 0), 0) / perRule.length;
  return cluster.hosts.map(({ hostId, node }, i) => ({
    hostId,
    node,
    owned: mean(({ owned }) => owned, i),
    target: mean(({ target }) => target, i),
  }));
}

/** True when all rules by which the load is shared have the same owners; then "share" needs no explanation. */
export function hasOneDistribution(cluster: Pick<WlbsCluster, "rules">): boolean {
  return new Set(sharedRules(cluster).map(({ table }) => table)).size <= 1;
}

/** Names of the single-host rules that a host serves at present. */
export function singleRulesOn({ rules }: Pick<WlbsCluster, "rules">, hostId: number): string[] {
  return rules
    .filter(
      ({ mode, distribution }) => mode === "single" && distribution.some((part) => part.hostId === hostId),
    )
    .map(({ name }) => name);
}

/** How many hosts take clients; what the page says when nothing is wrong. */
export function calmText(cluster: WlbsCluster): string {
  const taking = cluster.hosts.filter((host) => takesPart(cluster, host)).length;
  const all = cluster.hosts.length;
  return taking === all
    ? `All ${plural(all, "host")} take clients.`
    : `${taking} of ${plural(all, "host")} take clients.`;
}

/** The name of a host, or its ID where the fleet file does not know it. */
export function nameIn(cluster: WlbsCluster): (hostId: number) => string {
  const names = new Map(cluster.hosts.map(({ hostId, node }) => [hostId, node]));
  return (hostId) => names.get(hostId) ?? (hostId === 0 ? "nobody" : `host ${hostId}`);
}

/** "a beat every 200 ms, lost after 4: 0.8 s". */
export function heartbeatText({ periodMs, tolerance }: { periodMs: number; tolerance: number }): string {
  const period = periodMs % 1000 === 0 ? duration(periodMs) : `${periodMs} ms`;
  return `every ${period}, lost after ${tolerance} missed (${duration(periodMs * tolerance)})`;
}
