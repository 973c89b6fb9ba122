/**
 * How many buckets each host is due: exact shares by largest remainder, so that equal hosts never differ by more
 * than one bucket and no rounding error leaves a bucket without owner.
 */

/** A host that may own buckets; weight 0 = takes nothing (drains). Weights need not add up to anything. KB 198496. */
export interface Share {
  hostId: number;
  weight: number;
}

/**
 * Buckets per host ID, adding up to `total` exactly (to 0 when nobody has weight). Remainders are compared as
 * integers, ties go to the lower host ID, so every host of the cluster computes the same.
 */
export function quotas(shares: readonly Share[], total: number): Map<number, number> {
  const weightSum = shares.reduce((sum, share) => sum + share.weight, 0);
  if (weightSum === 0) return new Map(shares.map(({ hostId }) => [hostId, 0]));
  const rows = shares.map(({ hostId, weight }) => {
    const product = total * weight;
    return { hostId, quota: Math.floor(product / weightSum), remainder: product % weightSum };
  });
  let left = total - rows.reduce((sum, row) => sum + row.quota, 0);
  rows.sort((a, b) => b.remainder - a.remainder || a.hostId - b.hostId);
  for (const row of rows) {
    if (left === 0) break;
    row.quota += 1;
    left -= 1;
  }
  return new Map(rows.map(({ hostId, quota }) => [hostId, quota]));
}
