/** Joins what the nodes of a pair report with what is known of its failovers. Pure. */
import { type FailoverRecord, mergeFailovers } from "@bulkhead/core/mscs";

/** Where two nodes name one failover differently, it keeps the name under which it became known: rows and log go by it. */
export function joinFailovers(
  known: readonly FailoverRecord[],
  reported: readonly FailoverRecord[],
): FailoverRecord[] {
  const names = new Set(known.map(({ id }) => id));
  return mergeFailovers(known, reported).map((record) => {
    if (names.has(record.id)) return record;
    const former = known.find((one) => mergeFailovers([one], [record]).length === 1);
    return former ? { ...record, id: former.id } : record;
  });
}
