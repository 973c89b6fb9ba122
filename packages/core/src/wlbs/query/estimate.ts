/**
 * How long a drain will take. "Long drains with no list of remaining connections" is an old complaint (DOMAIN 4).
 */

export interface OpenSample {
  /** Milliseconds, rising. */
  at: number;
  open: number;
}

/** Fewer seconds than this say nothing about the trend. */
const spanMsMin = 5_000;
/** What happened earlier than this is no guide to what follows. */
export const sampleSpanMs = 60_000;

/**
 * Seconds until the last connection ends, if they go on ending at the rate of the last minute, which for many
 * independent clients is a fraction of those left per second. Null when none has ended, or it is too early to tell.
 */
export function drainEstimate(samples: readonly OpenSample[]): number | null {
  const last = samples.at(-1);
  const first = last && samples.find(({ at }) => at >= last.at - sampleSpanMs);
  if (!last || !first) return null;
  if (last.open === 0) return 0;
  const spanMs = last.at - first.at;
  if (spanMs < spanMsMin || last.open >= first.open) return null;
  const ratePerS = Math.log(first.open / last.open) / (spanMs / 1000);
  // Until one is left on average, and then the mean life of that one.
  return Math.ceil((Math.log(last.open) + 1) / ratePerS);
}
