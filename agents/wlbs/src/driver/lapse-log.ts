/** Tells of gaps between two leases: the first at once, further ones summed up, so that a bad hour fits the log. */
import type { Clock, Logger } from "@bulkhead/runtime";

const quietMs = 60_000;

export class LapseLog {
  readonly #clock: Clock;
  readonly #log: Logger;
  #toldAt = Number.NEGATIVE_INFINITY;
  #count = 0;
  #longestMs = 0;

  constructor(clock: Clock, log: Logger) {
    this.#clock = clock;
    this.#log = log;
  }

  /** `outMs`: for how long the kernel took no new connection. */
  take(outMs: number): void {
    this.#count += 1;
    this.#longestMs = Math.max(this.#longestMs, Math.round(outMs));
    const now = this.#clock.monotonicMs();
    if (now - this.#toldAt < quietMs) return;
    this.#log.warn(
      { times: this.#count, longestMs: this.#longestMs },
      "the kernel lease had run out before it was renewed; look what keeps this host or its peers busy, or give the cluster a slower heartbeat",
    );
    this.#toldAt = now;
    this.#count = 0;
    this.#longestMs = 0;
  }
}
