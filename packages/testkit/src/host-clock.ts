/**
 * The clock of one simulated host: its own zero, a little too fast or too slow, and it may jump ahead; never back, for
 * the machine's contract asks for a clock that does not (`convergence/events.ts`).
 */
import type { FakeClock } from "./fake-clock.ts";

export class HostClock {
  #trueAt: number;
  #localAt: number;
  readonly #rate: number;
  readonly #world: FakeClock;

  /** @param options.rate local milliseconds per true one; quartz is within 1 ± 0.0001. */
  constructor(world: FakeClock, options: { zero: number; rate: number }) {
    this.#world = world;
    this.#trueAt = world.now();
    this.#localAt = options.zero;
    this.#rate = options.rate;
  }

  now(): number {
    return this.#localAt + (this.#world.now() - this.#trueAt) * this.#rate;
  }

  /** Ahead by `ms` (0 or more) at once. */
  jump(ms: number): void {
    this.#localAt = this.now() + ms;
    this.#trueAt = this.#world.now();
  }

  /** True moment at which this clock will show `local`, if it does not jump. */
  toTrue(local: number): number {
    return this.#world.now() + (local - this.now()) / this.#rate;
  }
}
