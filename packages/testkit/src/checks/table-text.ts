/** Reads the run-length text of a bucket table ("1x2048,2x2048") as `WlbsStatus` shows it; own code, for checkers. */

const BUCKETS = 4096;

/** Owner of every bucket. Throws when the runs do not add up: a checker that misreads would find everything in order. */
export function ownersFromText(text: string): Uint8Array {
  const owners = new Uint8Array(BUCKETS);
  let at = 0;
  for (const run of text.split(",")) {
    const [owner, length] = run.split("x").map(Number);
    if (owner === undefined || length === undefined || !(length > 0))
      throw new Error(`"${run}" is not a run of buckets`);
    owners.fill(owner, at, at + length);
    at += length;
  }
  if (at !== BUCKETS) throw new Error(`the runs add up to ${at} buckets instead of ${BUCKETS}`);
  return owners;
}

/** Buckets per owner; nobody (0) is left out. */
export function countsOf(owners: Uint8Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const owner of owners) if (owner !== 0) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  return counts;
}

/** Buckets that have another owner in `b` than in `a`, those that lose theirs included. */
export function movesBetween(a: Uint8Array, b: Uint8Array): number {
  let moves = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) if (a[bucket] !== b[bucket]) moves += 1;
  return moves;
}
