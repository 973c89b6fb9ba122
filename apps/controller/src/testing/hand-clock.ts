/** A clock that a test turns by hand. */
import type { Clock } from "@bulkhead/runtime";

export class HandClock implements Clock {
  #now = 1_000_000;
  #waiting: { atMs: number; wake: () => void }[] = [];

  nowMs(): number {
    return this.#now;
  }

  monotonicMs(): number {
    return this.#now;
  }

  after(delayMs: number, wake: () => void): () => void {
    const entry = { atMs: this.#now + delayMs, wake };
    this.#waiting.push(entry);
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== entry);
    };
  }

  turn(ms: number): void {
    this.#now += ms;
    const due = this.#waiting.filter(({ atMs }) => atMs <= this.#now);
    this.#waiting = this.#waiting.filter(({ atMs }) => atMs > this.#now);
    for (const { wake } of due) wake();
  }
}
