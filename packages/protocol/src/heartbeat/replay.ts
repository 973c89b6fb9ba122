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
  /** Number of the newest beat that was taken. */
  beat: number;
  /** Bit n = number `highest - n` was taken; `later` has the first half of the window, `earlier` the second. */
  later: number;
  earlier: number;
}

const HALF = WINDOW / 2;

function isTaken(life: Life, behind: number): boolean {
  const half = behind < HALF ? life.later : life.earlier;
  return ((half >>> (behind % HALF)) & 1) === 1;
}

function take(life: Life, behind: number): void {
  if (behind < HALF) life.later |= 1 << behind;
  else life.earlier |= 1 << (behind - HALF);
}

/** What falls out of the window is forgotten. */
function moveOn(life: Life, ahead: number): void {
  life.highest += ahead;
  const { later, earlier } = life;
  if (ahead >= HALF) {
    life.earlier = ahead < WINDOW ? later << (ahead - HALF) : 0;
    life.later = 0;
    return;
  }
  life.earlier = (earlier << ahead) | (later >>> (HALF - ahead));
  life.later = later << ahead;
}

export class ReplayGuard {
  /** In order of use, oldest first. */
  readonly #lives = new Map<string, Life>();

  /**
   * A number of this life that is new counts as taken. A beat that a newer one has overtaken is `reordered`: what it says is
   * no longer so. Ask only for authenticated datagrams.
   */
  accept(
    sender: { hostId: number; incarnation: number; seq: number },
    isBeat: boolean,
  ): "new" | "replayed" | "reordered" {
    const key = `${sender.hostId}:${sender.incarnation}`;
    const life = this.#lives.get(key) ?? { highest: 0, beat: 0, later: 0, earlier: 0 };
    const ahead = sender.seq - life.highest;
    if (ahead <= -WINDOW || (ahead <= 0 && isTaken(life, -ahead))) return "replayed";
    if (ahead > 0) moveOn(life, ahead);
    take(life, life.highest - sender.seq);
    this.#lives.delete(key);
    this.#lives.set(key, life);
    this.#forgetOldest();
    if (!isBeat) return "new";
    const isOvertaken = sender.seq < life.beat;
    life.beat = Math.max(life.beat, sender.seq);
    return isOvertaken ? "reordered" : "new";
  }

  #forgetOldest(): void {
    const oldest = this.#lives.keys().next();
    if (this.#lives.size > LIVES_MAX && !oldest.done) this.#lives.delete(oldest.value);
  }
}
