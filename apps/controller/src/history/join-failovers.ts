/** Joins what the nodes of a pair report of the same failovers. Pure. */
import type { FailoverRecord } from "@bulkhead/core/mscs";

/** By id, newest first. Of one failover the record that knows its end counts, then the one with more steps. */
export function joinFailovers(
  known: readonly FailoverRecord[],
  reported: readonly FailoverRecord[],
): FailoverRecord[] {
  const byId = new Map(known.map((record) => [record.id, record]));
  for (const record of reported) {
    const other = byId.get(record.id);
    byId.set(record.id, other === undefined || knowsMore(record, other) ? record : other);
  }
  return [...byId.values()].sort((a, b) => b.startedAt - a.startedAt || b.id.localeCompare(a.id));
}

function knowsMore(record: FailoverRecord, than: FailoverRecord): boolean {
  if ((record.endedAt === null) !== (than.endedAt === null)) return record.endedAt !== null;
  return record.steps.length > than.steps.length;
}
