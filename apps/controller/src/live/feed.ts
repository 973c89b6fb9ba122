/**
 * Tells any number of listeners that something has changed, without a queue: a slow listener misses
 * intermediate states, never the last one.
 */
import type { Clock } from "@bulkhead/runtime";

export class ChangeFeed {
  readonly #clock: Clock;
  #version = 0;
  #waiting = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get version(): number {
    return this.#version;
  }

  /** Something has changed. Cheap: call it as often as needed. */
  poke(): void {
    this.#version += 1;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  /** Yields at once, then after every change but at most every `intervalMs`, until the signal aborts. */
  async *ticks(signal: AbortSignal, intervalMs: number | (() => number)): AsyncGenerator<void> {
    const pauseMs = typeof intervalMs === "number" ? () => intervalMs : intervalMs;
    let seen = -1;
    while (!signal.aborted) {
      if (seen === this.#version) await this.#changed(signal);
      if (signal.aborted) return;
      seen = this.#version;
      yield;
      await this.#pause(pauseMs(), signal);
    }
  }

  #changed(signal: AbortSignal): Promise<void> {
    return settledBy(signal, (done) => {
      this.#waiting.add(done);
      return () => this.#waiting.delete(done);
    });
  }

  #pause(delayMs: number, signal: AbortSignal): Promise<void> {
    return settledBy(signal, (done) => this.#clock.after(delayMs, done));
  }
}

/** Resolves when `start` calls back or the signal aborts; leaves no listener behind either way. */
function settledBy(signal: AbortSignal, start: (done: () => void) => () => void): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      signal.removeEventListener("abort", finish);
      cancel();
      resolve();
    };
    const cancel = start(finish);
    if (signal.aborted) finish();
    else signal.addEventListener("abort", finish, { once: true });
  });
}
