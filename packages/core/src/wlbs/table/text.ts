/**
 * A bucket table as text, for status, console and logs: runs of equal owners in bucket order, for example
 * "1x1366,2x1365,3x1365". An owner appears again when its buckets are not contiguous; 0 = nobody.
 */
import { BUCKET_COUNT, type BucketTable } from "../types.ts";

/** The inverse of `parseTable`. */
export function formatTable(table: BucketTable): string {
  const runs: string[] = [];
  let start = 0;
  for (let bucket = 1; bucket <= table.length; bucket += 1) {
    if (bucket < table.length && table[bucket] === table[start]) continue;
    runs.push(`${table[start]}x${bucket - start}`);
    start = bucket;
  }
  return runs.join(",");
}

/** Null when the text is not a table: malformed, an owner above 32, or not exactly BUCKET_COUNT buckets. */
export function parseTable(text: string): BucketTable | null {
  const table = new Uint8Array(BUCKET_COUNT);
  let at = 0;
  for (const run of text.split(",")) {
    const match = /^(\d{1,2})x(\d{1,4})$/.exec(run);
    const owner = Number(match?.[1]);
    const count = Number(match?.[2]);
    if (!match || owner > 32 || count === 0 || at + count > BUCKET_COUNT) return null;
    table.fill(owner, at, at + count);
    at += count;
  }
  return at === BUCKET_COUNT ? table : null;
}
