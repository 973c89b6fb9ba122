/** The convergences of a cluster, each told once although every host has its own record of it. */
import type { ClusterConvergence } from "@bulkhead/api";
import type { ConvergenceRecord } from "@bulkhead/core/wlbs";
import type { SeenHost } from "./seen.ts";

const rowsMax = 32;

interface Told {
  record: ConvergenceRecord;
  teller: SeenHost;
}

/** Newest first. Old reports count too: what happened has happened. */
export function mergedHistory(hosts: readonly SeenHost[]): ClusterConvergence[] {
  const byEpoch = new Map<string, Told[]>();
  for (const teller of hosts) {
    for (const record of teller.last?.history ?? []) {
      byEpoch.set(record.epoch, [...(byEpoch.get(record.epoch) ?? []), { record, teller }]);
    }
  }
  return [...byEpoch.values()]
    .map(merged)
    .toSorted((a, b) => b.startedAt - a.startedAt)
    .slice(0, rowsMax);
}

/** Times of one clock: of the coordinator, who saw both ends; else of a host that saw the end. */
function merged(told: readonly Told[]): ClusterConvergence {
  const rank = ({ record, teller }: Told) =>
    (coordinatorOf(record.epoch) === teller.host.hostId ? 2 : 0) + (record.endedAt === null ? 0 : 1);
  const [best] = told.toSorted((a, b) => rank(b) - rank(a));
  if (!best) throw new Error("an epoch without a record");
  return { ...best.record, seenBy: told.map(({ teller }) => teller.host.node) };
}

function coordinatorOf(epoch: string): number {
  return Number(epoch.split(".")[1]);
}
