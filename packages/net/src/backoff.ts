/**
 * How long to wait before the next dial. Pure, so that the bounds are tested without waiting.
 */

/**
 * Half of the doubled base is fixed and half is random: a fleet that lost its controller does not come back
 * in one wave, and no agent dials at once. `failures` counts from 1.
 */
export function backoffMs(
  failures: number,
  bounds: { backoffMs: number; backoffMsMax: number },
  random: number,
): number {
  const exponent = Math.min(Math.max(failures - 1, 0), 30);
  const full = Math.min(bounds.backoffMs * 2 ** exponent, bounds.backoffMsMax);
  return Math.round(full / 2 + (full / 2) * random);
}
