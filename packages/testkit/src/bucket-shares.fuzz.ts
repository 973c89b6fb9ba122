/**
 * Table assignment under every mixture of hosts, weights and earlier tables: shares are exact, as few buckets as possible
 * move, and the outcome depends on nothing else. Held against the checkers' own arithmetic, not against the code's.
 */
import { assignBuckets } from "@bulkhead/core/wlbs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fewestMoves, whyNotExact } from "./checks/shares.ts";
import { countsOf, movesBetween } from "./checks/table-text.ts";

const BUCKETS = 4096;

/** 2-32 hosts with distinct IDs and weights 0-100. */
const shares = fc
  .uniqueArray(fc.integer({ min: 1, max: 32 }), { minLength: 2, maxLength: 32 })
  .chain((ids) =>
    fc.tuple(...ids.map((hostId) => fc.integer({ min: 0, max: 100 }).map((weight) => ({ hostId, weight })))),
  );

/** A table as history may have left it: runs of any owners, nobody included. */
const anyTable = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 32 }), fc.integer({ min: 1, max: 700 })), {
    minLength: 1,
    maxLength: 40,
  })
  .map((runs) => {
    const owners = runs.flatMap(([owner, length]) => Array.from({ length }, () => owner));
    return Uint8Array.from({ length: BUCKETS }, (_, bucket) => owners[bucket % owners.length] ?? 0);
  });

/** Hosts, then the same or others with other weights: a history of tables instead of one made up. */
const history = fc.array(shares, { minLength: 1, maxLength: 5 });

function tableAfter(steps: readonly { hostId: number; weight: number }[][]): Uint8Array {
  let table: Uint8Array = new Uint8Array(BUCKETS);
  for (const step of steps) table = assignBuckets(table, step);
  return table;
}

const runs = { numRuns: 200 };

test("shares are exact by weight, whatever was before", () => {
  fc.assert(
    fc.property(anyTable, shares, (before, due) => {
      const counts = countsOf(assignBuckets(before, due));
      const takers = due.filter(({ weight }) => weight > 0);
      if (takers.length === 0) expect(counts.size).toBe(0);
      else expect(whyNotExact(takers, counts, BUCKETS)).toBeNull();
    }),
    runs,
  );
});

test("no table with these shares moves fewer buckets", () => {
  fc.assert(
    fc.property(anyTable, shares, (before, due) => {
      fc.pre(due.some(({ weight }) => weight > 0));
      const after = assignBuckets(before, due);
      expect(movesBetween(before, after)).toBe(fewestMoves(countsOf(before), countsOf(after)));
    }),
    runs,
  );
});

test("a host that neither joins nor changes its share keeps what it has", () => {
  fc.assert(
    fc.property(history, (steps) => {
      const before = tableAfter(steps);
      expect(movesBetween(before, assignBuckets(before, steps.at(-1) ?? []))).toBe(0);
    }),
    runs,
  );
});

test("the order in which hosts are named does not matter", () => {
  fc.assert(
    fc.property(anyTable, shares, fc.integer(), (before, due, turn) => {
      const at = Math.abs(turn) % due.length;
      const turned = [...due.slice(at), ...due.slice(0, at)].toReversed();
      expect(movesBetween(assignBuckets(before, turned), assignBuckets(before, due))).toBe(0);
    }),
    runs,
  );
});

test("equal hosts differ by one bucket at most, from 2 to 32 of them", () => {
  for (let hosts = 2; hosts <= 32; hosts += 1) {
    const due = Array.from({ length: hosts }, (_, i) => ({ hostId: i + 1, weight: 50 }));
    const counts = [...countsOf(tableAfter([due.slice(1), due])).values()];
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(BUCKETS);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  }
});

test("the table before is not touched", () => {
  fc.assert(
    fc.property(anyTable, shares, (before, due) => {
      const copy = Uint8Array.from(before);
      assignBuckets(before, due);
      expect(movesBetween(before, copy)).toBe(0);
    }),
    runs,
  );
});
