/**
 * The time that stands in heartbeats. It is the wall clock's, so that recorded datagrams grow old, but it does not jump
 * while others are heard: a machine whose clock is set by an hour would be a stranger to its own cluster at once, and both
 * parts would answer every client. A host that hears nobody takes the wall clock's time anew; so one that came up with
 * a wrong time is heard as soon as its clock has been set.
 */
import type { Clock } from "@bulkhead/runtime";

/** Longer than any pause of a healthy cluster (NLB's slowest heartbeat finds a dead host in 5 s), and short for an admin. */
const aloneMs = 10_000;

export class SteadyWall {
  readonly #clock: Clock;
  #aheadMs: number;
  #heardAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#aheadMs = this.#measured();
  }

  /** Epoch ms. */
  nowMs(): number {
    const now = this.#clock.monotonicMs();
    if (now - this.#heardAt > aloneMs) this.#aheadMs = this.#measured();
    return now + this.#aheadMs;
  }

  /** A heartbeat was accepted: our time agrees with that of others. */
  heard(): void {
    this.#heardAt = this.#clock.monotonicMs();
  }

  #measured(): number {
    return this.#clock.nowMs() - this.#clock.monotonicMs();
  }
}
