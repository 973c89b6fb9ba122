/** How evenly buckets lie, and how few of them move when a host leaves or joins: arithmetic, no packets. */
import { assignBuckets, BUCKET_COUNT, type BucketTable } from "@bulkhead/core/wlbs";
import type { Row } from "@bulkhead/testkit/figures/rows";
import type { Figure } from "../figure.ts";

const hostsMax = 32;
const idsUpTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

function tableFor(hostIds: readonly number[], previous?: BucketTable): BucketTable {
  const shares = hostIds.map((hostId) => ({ hostId, weight: 50 }));
  return assignBuckets(previous ?? new Uint8Array(BUCKET_COUNT), shares);
}

function moved(before: BucketTable, after: BucketTable): number {
  return before.reduce((sum, owner, bucket) => sum + (owner === after[bucket] ? 0 : 1), 0);
}

const countOf = (table: BucketTable, hostId: number): number =>
  table.reduce((sum, owner) => sum + (owner === hostId ? 1 : 0), 0);

/** Moved buckets over the least that can move: what the host that leaves had, or what the one that joins gets. */
function moves(
  hostIds: readonly number[],
  changing: number,
): { leave: number; join: number; modulo: number } {
  const whole = tableFor(hostIds);
  const rest = hostIds.filter((hostId) => hostId !== changing);
  const without = tableFor(rest, whole);
  const again = tableFor(hostIds, without);
  const modulo = (ids: readonly number[]): BucketTable =>
    Uint8Array.from({ length: BUCKET_COUNT }, (_, bucket) => ids[bucket % ids.length] ?? 0);
  return {
    leave: moved(whole, without) / countOf(whole, changing),
    join: moved(without, again) / countOf(again, changing),
    modulo: moved(modulo(hostIds), modulo(rest)) / countOf(whole, changing),
  };
}

/** Busiest host over the mean, after a life of leaving and joining: the fresh table alone would flatter. */
function unevenness(count: number): number {
  const ids = idsUpTo(count);
  let table = tableFor(ids);
  for (const changing of ids) {
    const rest = ids.filter((hostId) => hostId !== changing);
    table = tableFor(ids, rest.length > 0 ? tableFor(rest, table) : table);
  }
  return Math.max(...ids.map((hostId) => countOf(table, hostId))) / (BUCKET_COUNT / count);
}

function rows(): Row[] {
  const clusters = idsUpTo(hostsMax).slice(1).map(idsUpTo);
  const all = clusters.flatMap((ids) => ids.map((changing) => moves(ids, changing)));
  const common = { figure: "buckets", statistic: "max" as const, judged: "ours" as const, bound: null };
  const note = `N = 2 to ${hostsMax}, every host of every cluster leaves and joins once, ${BUCKET_COUNT} buckets`;
  const moving = { ...common, unit: "x of the least possible", goal: { atMost: 1 }, note };
  const modulo = { name: "hash modulo N", values: all.map((one) => one.modulo) };
  return [
    {
      ...moving,
      what: "buckets moved when 1 of N leaves",
      ours: all.map((one) => one.leave),
      against: modulo,
    },
    { ...moving, what: "buckets moved when 1 of N joins", ours: all.map((one) => one.join), against: null },
    {
      ...common,
      what: "busiest host over the mean, equal weights",
      unit: "x",
      ours: clusters.map((ids) => unevenness(ids.length)),
      against: null,
      goal: { atMost: 1.01 },
      note,
    },
  ];
}

export const buckets: Figure = {
  name: "buckets",
  title: "buckets moved and evenness for 2 to 32 hosts, against the least possible",
  needs: [],
  run: () => Promise.resolve(rows()),
};
