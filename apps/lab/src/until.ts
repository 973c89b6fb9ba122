/** Waiting for conditions instead of sleeping for luck. */
import { setTimeout as delay } from "node:timers/promises";

/**
 * Asks `probe` until it gives something other than null, and returns that. After `timeoutMs` it rejects with
 * `what` and, if the probe threw, with what it said last.
 */
export async function until<T>(
  what: string,
  probe: () => Promise<T | null> | T | null,
  { timeoutMs, everyMs = 50 }: { timeoutMs: number; everyMs?: number },
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  let lastError = "";
  for (;;) {
    try {
      const value = await probe();
      if (value !== null) return value;
      lastError = "";
    } catch (error) {
      lastError = error instanceof Error ? ` Last: ${error.message}` : "";
    }
    if (performance.now() > deadline) {
      throw new Error(`Waited ${timeoutMs} ms in vain for ${what}.${lastError}`);
    }
    await delay(everyMs);
  }
}
