/** The bucket tables of the newest epoch: who reports them, how they are told apart, how much each host owns. */
import { createHash } from "node:crypto";
import type { WlbsRuleSnapshot, WlbsTables } from "@bulkhead/api";
import type { WlbsPolicy, WlbsStatus } from "@bulkhead/core/wlbs";
import { epochCounter, type SeenHost } from "./seen.ts";

/** The report with the newest epoch that carries tables; of several the first. Null when there is none. */
export function newestTables(hosts: readonly SeenHost[]): WlbsStatus | null {
  return hosts.reduce<WlbsStatus | null>((best, { fresh }) => {
    if (!fresh || fresh.epoch === null || fresh.tables.length === 0) return best;
    return best === null || epochCounter(fresh.epoch) > epochCounter(best.epoch) ? fresh : best;
  }, null);
}

/** The answer of `wlbs.tables`; its key is also in the snapshot. */
export function tablesOf(newest: WlbsStatus | null): WlbsTables {
  if (!newest) return { key: null, epoch: null, tables: [] };
  const { epoch, tables } = newest;
  const digest = createHash("sha256").update(tables.join("\n")).digest("base64url").slice(0, 16);
  return { key: `${epoch} ${digest}`, epoch, tables };
}

/** The rules of the policy with their table and how it is shared. */
export function ruleViews(policy: WlbsPolicy, newest: WlbsStatus | null): WlbsRuleSnapshot[] {
  const shares = (newest?.tables ?? []).map(distributionOf);
  return policy.rules.map((rule) => {
    const table = newest?.rules.find(({ name }) => name === rule.name)?.table ?? null;
    return { ...rule, table, distribution: table === null ? [] : (shares[table] ?? []) };
  });
}

/** Sums the runs of `formatTable`, without building the table. By host ID; 0 = nobody. */
export function distributionOf(table: string): WlbsRuleSnapshot["distribution"] {
  const sums = new Map<number, number>();
  for (const run of table.split(",")) {
    const [owner = Number.NaN, count = Number.NaN] = run.split("x").map(Number);
    if (Number.isNaN(owner) || Number.isNaN(count)) return [];
    sums.set(owner, (sums.get(owner) ?? 0) + count);
  }
  return [...sums].sort(([a], [b]) => a - b).map(([hostId, buckets]) => ({ hostId, buckets }));
}
