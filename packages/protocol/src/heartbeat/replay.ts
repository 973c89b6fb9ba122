/**
 * Replay protection. Within one life of a sender every number is taken once: a sliding window as in IPsec
 * (RFC 4303) lets reordered datagrams through and nothing twice. Datagrams of earlier lives, which a receiver
 * that has just started cannot know, are bounded by their age (`HeartbeatCodec`), and core counts a host as heard
 * by us only when it acknowledges our own present life.
 */

const WINDOW = 64;
/** A cluster has 32 hosts; more lives than this at a time is a restart loop, and the oldest is forgotten. */
const LIVES_MAX = 256;

interface Life {
  highest: number;
  /** Bit n = number `highest - n` was taken. */
  taken: bigint;
}

export class ReplayGuard {
  /** In order of use, oldest first. */
  readonly #lives = new Map<string, Life>();

  /** True when this number of this life is new; then it counts as taken. Ask only for authenticated datagrams. */
  accept(sender: { hostId: number; incarnation: number; seq: number }): boolean {
    const key = `${sender.hostId}:${sender.incarnation}`;
    const life = this.#lives.get(key) ?? { highest: 0, taken: 0n };
    const ahead = sender.seq - life.highest;
    if (ahead <= -WINDOW || (ahead <= 0 && (life.taken >> BigInt(-ahead)) & 1n)) return false;
    if (ahead > 0) {
      life.taken = ahead >= WINDOW ? 1n : BigInt.asUintN(WINDOW, (life.taken << BigInt(ahead)) | 1n);
      life.highest = sender.seq;
    } else {
      life.taken |= 1n << BigInt(-ahead);
    }
    this.#lives.delete(key);
    this.#lives.set(key, life);
    this.#forgetOldest();
    return true;
  }

  #forgetOldest(): void {
    const oldest = this.#lives.keys().next();
    if (this.#lives.size > LIVES_MAX && !oldest.done) this.#lives.delete(oldest.value);
  }
}
