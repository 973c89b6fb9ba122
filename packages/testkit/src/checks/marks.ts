/**
 * Which buckets a kernel owns, as bits: comparing two hosts is then 128 words instead of 4096 bytes. Own reading of the
 * marks, on purpose: what checks the machine must not share its code.
 */
import type { DataPlane, PlaneRule } from "@bulkhead/core/wlbs";

const OWNED = 1;
const WORDS = 128;

/** One bit per bucket. */
export type Bits = Uint32Array;

const known = new WeakMap<Uint8Array, Bits>();
const NONE: Bits = new Uint32Array(WORDS);

/** The owned buckets of a mark array. Arrays are replaced, never edited, so what was read once stays true. */
function ownedIn(marks: Uint8Array): Bits {
  const cached = known.get(marks);
  if (cached) return cached;
  const bits = new Uint32Array(WORDS);
  for (let bucket = 0; bucket < marks.length; bucket += 1) {
    if (marks[bucket] === OWNED) bits[bucket >> 5] = (bits[bucket >> 5] ?? 0) | (1 << (bucket & 31));
  }
  known.set(marks, bits);
  return bits;
}

/** The owned buckets of one rule of a plane; none when the rule is blocked. */
export function ownedBits(plane: DataPlane, rule: PlaneRule): Bits {
  const table = rule.table === null ? undefined : plane.tables[rule.table];
  return table ? ownedIn(table.marks) : NONE;
}

export function isEmpty(bits: Bits): boolean {
  return bits.every((word) => word === 0);
}

/** The lowest bucket that is in both; -1 = none is. */
export function firstCommon(a: Bits, b: Bits): number {
  for (let word = 0; word < WORDS; word += 1) {
    const both = (a[word] ?? 0) & (b[word] ?? 0);
    if (both !== 0) return word * 32 + (31 - Math.clz32(both & -both));
  }
  return -1;
}

/** How many bits are set. */
export function countBits(bits: Bits): number {
  let count = 0;
  for (let word of bits) for (; word !== 0; word &= word - 1) count += 1;
  return count;
}

/** Those that are in either. */
export function union(all: readonly Bits[]): Bits {
  const bits = new Uint32Array(WORDS);
  for (const one of all)
    for (let word = 0; word < WORDS; word += 1) bits[word] = (bits[word] ?? 0) | (one[word] ?? 0);
  return bits;
}
