/** So many attempts of one peer in so much time, in memory: keeps strangers from filling the audit log. */
import type { Clock } from "@bulkhead/runtime";

/** More peers than this at once is an attack; then the oldest are forgotten. */
const peersMax = 10_000;

export class AttemptLimit {
  readonly #clock: Clock;
  readonly #limit: { attempts: number; windowMs: number };
  readonly #peers = new Map<string, { startMs: number; count: number }>();

  constructor(clock: Clock, limit: { attempts: number; windowMs: number }) {
    this.#clock = clock;
    this.#limit = limit;
  }

  /** Counts the attempt; false when it is one too many. */
  allows(peer: string): boolean {
    const now = this.#clock.monotonicMs();
    const known = this.#peers.get(peer);
    if (!known || now - known.startMs >= this.#limit.windowMs) {
      this.#peers.delete(peer);
      this.#forgetOldest();
      this.#peers.set(peer, { startMs: now, count: 1 });
      return true;
    }
    known.count += 1;
    return known.count <= this.#limit.attempts;
  }

  #forgetOldest(): void {
    for (const peer of this.#peers.keys()) {
      if (this.#peers.size < peersMax) return;
      this.#peers.delete(peer);
    }
  }
}
