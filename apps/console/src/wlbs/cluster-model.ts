/** What the pages read of a cluster besides its hosts: shares over all rules, names, the heartbeat in words. Pure. */
import { duration } from "@bulkhead/ui/format.ts";
import type { WlbsCluster } from "../states/wlbs-states.ts";
import type { Share } from "./bucket-model.ts";
import { ruleShares } from "./rule-shares.ts";

/** Share of every host over all rules that are shared out: the mean, in buckets. */
export function sharesOf(cluster: WlbsCluster): Share[] {
  const perRule = cluster.rules
    .filter(({ mode }) => mode !== "disabled")
    .map((rule) => ruleShares(cluster, rule));
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

/** True when all rules that are shared out have the same owners; then "share" needs no explanation. */
export function hasOneDistribution({ rules }: Pick<WlbsCluster, "rules">): boolean {
  return new Set(rules.flatMap(({ table }) => (table === null ? [] : [table]))).size <= 1;
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
