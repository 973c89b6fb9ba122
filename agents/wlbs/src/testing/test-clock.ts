/** A clock that a test turns by hand. */
import type { Clock } from "@bulkhead/runtime";

export class TestClock implements Clock {
  #nowMs = 1_000_000;
  #timers: { at: number; wake: () => void }[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, wake: () => void): () => void {
    const timer = { at: this.#nowMs + delayMs, wake };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }

  /** Time that passes at once, as after a pause of the whole machine; what is due wakes up once. */
  jump(ms: number): void {
    this.#nowMs += ms;
    for (const timer of this.#timers.filter(({ at }) => at <= this.#nowMs)) {
      // An earlier one of this round may have cancelled it.
      if (this.#timers.includes(timer)) timer.wake();
      this.#timers = this.#timers.filter((one) => one !== timer);
    }
  }

  /** Lets time pass in small steps, so that lanes and timers alternate as they do in reality. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 10) {
      this.jump(10);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
