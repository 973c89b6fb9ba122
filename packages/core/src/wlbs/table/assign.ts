/**
 * Who owns which bucket next. Quotas are exact and the number of moved buckets is the smallest possible for them:
 * a host keeps min(has, due) buckets, so it gains max(0, due - has), and no table with these quotas can move fewer.
 */
import { BUCKET_COUNT, type BucketTable } from "../types.ts";
import { quotas, type Share } from "./quotas.ts";

/** Marks in `next` what every host keeps, and returns the buckets that need a new owner, ascending. */
function keepUpToQuota(previous: BucketTable, due: Map<number, number>, next: BucketTable): number[] {
  const free: number[] = [];
  const kept = new Map<number, number>();
  for (let bucket = 0; bucket < BUCKET_COUNT; bucket += 1) {
    const owner = previous[bucket] ?? 0;
    const count = kept.get(owner) ?? 0;
    if (owner !== 0 && count < (due.get(owner) ?? 0)) {
      next[bucket] = owner;
      kept.set(owner, count + 1);
    } else {
      free.push(bucket);
    }
  }
  return free;
}

function countOwned(table: BucketTable): Map<number, number> {
  const counts = new Map<number, number>();
  for (const owner of table) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  return counts;
}

/**
 * The next table for `shares`, given the previous one (all zeros for a fresh cluster). Deterministic: hosts are
 * served in order of their ID, buckets in ascending order.
 */
export function assignBuckets(previous: BucketTable, shares: readonly Share[]): BucketTable {
  const due = quotas(shares, BUCKET_COUNT);
  const next = new Uint8Array(BUCKET_COUNT);
  const free = keepUpToQuota(previous, due, next);
  const owned = countOwned(next);
  let index = 0;
  for (const hostId of [...due.keys()].sort((a, b) => a - b)) {
    const missing = (due.get(hostId) ?? 0) - (owned.get(hostId) ?? 0);
    for (const bucket of free.slice(index, index + missing)) next[bucket] = hostId;
    index += missing;
  }
  return next;
}

/** A table in which nobody owns anything. */
export function emptyTable(): BucketTable {
  return new Uint8Array(BUCKET_COUNT);
}

/** Ascending list of the buckets of one host. */
export function bucketsOf(table: BucketTable, hostId: number): number[] {
  const buckets: number[] = [];
  for (let bucket = 0; bucket < table.length; bucket += 1) {
    if (table[bucket] === hostId) buckets.push(bucket);
  }
  return buckets;
}
