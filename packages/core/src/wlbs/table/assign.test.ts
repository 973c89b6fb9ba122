/** Assignment against a naive model: exact quotas, and not one bucket moved more than needed. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { BUCKET_COUNT } from "../types.ts";
import { assignBuckets, bucketsOf, emptyTable } from "./assign.ts";
import { quotas } from "./quotas.ts";

const hostIds = fc.uniqueArray(fc.integer({ min: 1, max: 32 }), { minLength: 1, maxLength: 32 });
const shares = fc
  .tuple(hostIds, fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 32, maxLength: 32 }))
  .map(([ids, weights]) => ids.map((hostId, i) => ({ hostId, weight: weights[i] ?? 1 })));
const tables = fc.array(fc.integer({ min: 0, max: 32 }), { minLength: 1, maxLength: 200 }).map((owners) => {
  return Uint8Array.from({ length: BUCKET_COUNT }, (_, bucket) => owners[(bucket * 7) % owners.length] ?? 0);
});

function owned(table: Uint8Array, hostId: number): number {
  return table.filter((owner) => owner === hostId).length;
}

function moved(before: Uint8Array, after: Uint8Array): number {
  return after.filter((owner, bucket) => owner !== before[bucket]).length;
}

test("quotas are exact shares, off by less than one, and add up", () => {
  fc.assert(
    fc.property(shares, fc.integer({ min: 1, max: 5000 }), (hosts, total) => {
      const sum = hosts.reduce((n, host) => n + host.weight, 0);
      const due = quotas(hosts, total);
      for (const { hostId, weight } of hosts) {
        const exact = sum === 0 ? 0 : (total * weight) / sum;
        expect(Math.abs((due.get(hostId) ?? -9) - exact)).toBeLessThan(1);
      }
      expect([...due.values()].reduce((n, quota) => n + quota, 0)).toBe(sum === 0 ? 0 : total);
    }),
  );
});

test("every host gets its quota with the fewest moves that any table could have", () => {
  fc.assert(
    fc.property(tables, shares, (before, hosts) => {
      const after = assignBuckets(before, hosts);
      const due = quotas(hosts, BUCKET_COUNT);
      let kept = 0;
      for (const [hostId, quota] of due) {
        expect(owned(after, hostId)).toBe(quota);
        kept += Math.min(quota, owned(before, hostId));
      }
      const nobody = [...due.values()].every((quota) => quota === 0);
      // Nobody can keep more than he has or more than he is due: all else has to move.
      if (!nobody) expect(moved(before, after)).toBe(BUCKET_COUNT - kept);
      expect(assignBuckets(after, hosts)).toEqual(after);
    }),
    { numRuns: 60 },
  );
});

test("hosts in another order make the same table", () => {
  fc.assert(
    fc.property(tables, shares, (before, hosts) => {
      expect(assignBuckets(before, [...hosts].reverse())).toEqual(assignBuckets(before, hosts));
    }),
    { numRuns: 30 },
  );
});

test.each([2, 3, 8, 31])(
  "a join to %i hosts moves only to the newcomer, a loss only from the lost",
  (count) => {
    const equal = (n: number) => Array.from({ length: n }, (_, i) => ({ hostId: i + 1, weight: 1 }));
    const before = assignBuckets(emptyTable(), equal(count));
    const joined = assignBuckets(before, equal(count + 1));
    expect(moved(before, joined)).toBe(bucketsOf(joined, count + 1).length);
    const lost = assignBuckets(joined, equal(count));
    expect(moved(joined, lost)).toBe(bucketsOf(joined, count + 1).length);
  },
);

test("32 hosts differ by nothing, 31 by at most one bucket", () => {
  const counts = (n: number) => {
    const hosts = Array.from({ length: n }, (_, i) => ({ hostId: i + 1, weight: 1 }));
    return [...quotas(hosts, BUCKET_COUNT).values()];
  };
  expect(new Set(counts(32))).toEqual(new Set([128]));
  expect(new Set(counts(31))).toEqual(new Set([132, 133]));
});
