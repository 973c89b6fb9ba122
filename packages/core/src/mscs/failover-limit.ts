/**
 * The failover limit of a group (DOMAIN 2.3: FailoverThreshold, FailoverPeriod). The engine has none, so it is counted
 * above it: N failovers within the period are allowed, and at the next one the group is taken offline and marked.
 */
import type { FailoverRecord } from "./failovers.ts";
import type { FailoverHistory } from "./history.ts";
import { failoversOf } from "./history.ts";
import type { MscsGroup, MscsPolicy } from "./types.ts";
import type { ClusterView } from "./view.ts";

const hourMs = 3_600_000;
/** What the engine did by itself because something was wrong. What people ordered, and going back, does not count. */
const counted: readonly FailoverRecord["cause"][] = ["node-lost", "node-fenced", "resource-failed"];

/**
 * Failovers of the group within its period that count. `since`: when the count began anew (the group was brought online
 * or cleared after its limit had held it); 0 = never.
 */
export function failoversCounted(
  group: Pick<MscsGroup, "name" | "failover">,
  records: readonly FailoverRecord[],
  { now, since = 0 }: { now: number; since?: number },
): number {
  const from = Math.max(since, now - group.failover.periodHours * hourMs);
  return records.filter(
    (record) =>
      record.group === group.name &&
      record.from !== null &&
      record.from !== record.to &&
      counted.includes(record.cause) &&
      record.startedAt >= from,
  ).length;
}

/** The view with each group's count; a group that is not in the policy has none. */
export function withFailoverCounts(
  view: ClusterView,
  policy: MscsPolicy | null,
  { history, now }: { history: FailoverHistory; now: number },
): ClusterView {
  const records = failoversOf(history);
  const groups = view.groups.map((group) => {
    const wanted = policy?.groups.find(({ name }) => name === group.name);
    if (wanted === undefined) return group;
    const count = failoversCounted(wanted, records, { now, since: history.resets[group.name] ?? 0 });
    return { ...group, failovers: { count, isHalted: group.failovers?.isHalted ?? false } };
  });
  return { ...view, groups };
}

/** Groups that have failed over once too often and are not held yet. `view` has the counts. */
export function groupsOverLimit(policy: MscsPolicy, view: ClusterView): { group: string; count: number }[] {
  if (view.engineBlind !== null || view.isMaintenance) return [];
  return policy.groups.flatMap(({ name, failover }) => {
    const seen = view.groups.find((group) => group.name === name);
    if (seen?.failovers === null || seen?.failovers === undefined) return [];
    const { count, isHalted } = seen.failovers;
    return count > failover.threshold && !isHalted && !seen.isOrderedOffline ? [{ group: name, count }] : [];
  });
}
