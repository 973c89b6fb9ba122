/** Bounded waiting on a condition, by the context's clock. */
import type { Clock } from "@bulkhead/runtime";

export interface Waiting {
  clock: Clock;
  /** True when the half was stopped: every wait then ends at once. */
  isStopped(): boolean;
}

export function sleep(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });
}

/** True as soon as the condition holds; false after `limitMs`, or when stopped. */
export async function waitUntil(
  waiting: Waiting,
  limitMs: number,
  condition: () => Promise<boolean>,
): Promise<boolean> {
  const until = waiting.clock.monotonicMs() + limitMs;
  while (!waiting.isStopped()) {
    if (await condition()) return true;
    if (waiting.clock.monotonicMs() >= until) return false;
    await sleep(waiting.clock, 250);
  }
  return false;
}
