/** Medians and percentiles of small samples: what every figure of the bench is told in. */

/**
 * Value at `share` (0-1) of the sorted sample, by the nearest-rank rule: it is always a value that was measured.
 * Throws RangeError for an empty sample.
 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = Math.max(1, Math.ceil(share * sorted.length));
  const value = sorted[rank - 1];
  if (value === undefined) throw new RangeError("A sample without values has no quantile.");
  return value;
}

/** Middle of the sorted sample; the mean of the two middle ones when their number is even. Throws as `quantile`. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  if (upper === undefined || lower === undefined)
    throw new RangeError("A sample without values has no median.");
  return (lower + upper) / 2;
}
