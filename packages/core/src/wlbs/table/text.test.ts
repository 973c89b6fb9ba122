/** Tables as text and as digest. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { BUCKET_COUNT } from "../types.ts";
import { emptyTable } from "./assign.ts";
import { tableDigest } from "./digest.ts";
import { formatTable, parseTable } from "./text.ts";

const table = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 32 }), fc.integer({ min: 1, max: 900 })), {
    minLength: 1,
    maxLength: 60,
  })
  .map((runs) => {
    const owners = runs.flatMap(([owner, length]) => Array.from({ length }, () => owner));
    return Uint8Array.from({ length: BUCKET_COUNT }, (_, bucket) => owners[bucket % owners.length] ?? 0);
  });

test("text and table are each other's inverse", () => {
  fc.assert(
    fc.property(table, (owners) => {
      expect(parseTable(formatTable(owners))).toEqual(owners);
    }),
  );
});

test("a table reads as its runs", () => {
  const owners = emptyTable().fill(1, 0, 1365).fill(2, 1365, 2730).fill(3, 2730);
  expect(formatTable(owners)).toBe("1x1365,2x1365,3x1366");
});

test.each(["", "1x4095", "1x4097", "33x4096", "1x4096,", "1x0,2x4096", "x4096", "-1x4096", "1x4e3"])(
  "%j is no table",
  (text) => expect(parseTable(text)).toBeNull(),
);

test("one bucket more or less changes the digest", () => {
  fc.assert(
    fc.property(table, fc.integer({ min: 0, max: BUCKET_COUNT - 1 }), (owners, bucket) => {
      const other = Uint8Array.from(owners);
      other[bucket] = ((owners[bucket] ?? 0) + 1) % 33;
      expect(tableDigest(other)).not.toBe(tableDigest(owners));
      expect(tableDigest(owners)).toMatch(/^[0-9a-f]{16}$/);
    }),
  );
});
