/**
 * Bad network weather from a seed: loss, delay, reordering (by delay), duplicates, cut links. It also keeps a record
 * of which links have been deaf, so that a checker can tell a partition from a bug.
 */
import type { FakeClock } from "./fake-clock.ts";
import type { Random } from "./random.ts";

export interface Climate {
  /** Probability that a message is lost on one link. */
  loss: number;
  duplicate: number;
  delayMsMin: number;
  delayMsMax: number;
}

export const CALM: Climate = { loss: 0, duplicate: 0, delayMsMin: 0.2, delayMsMax: 1 };

interface Link {
  cut: boolean;
  /** Last moment at which it was cut by `setCut`. */
  cutUntil: number;
  /** When the present run of losses began; null while messages arrive. */
  lossesSince: number | null;
  /** End of the last run of losses that was at least as long as asked for. */
  deafUntil: number;
}

export class Weather {
  climate: Climate = CALM;
  readonly #links = new Map<string, Link>();
  readonly #clock: FakeClock;
  readonly #random: Random;
  readonly #deafMs: number;

  /** @param options.deafMs a run of losses of this length counts as deafness. */
  constructor(options: { clock: FakeClock; random: Random; deafMs: number }) {
    this.#clock = options.clock;
    this.#random = options.random;
    this.#deafMs = options.deafMs;
  }

  #link(from: string, to: string): Link {
    const key = `${from}>${to}`;
    let link = this.#links.get(key);
    if (!link) {
      link = {
        cut: false,
        cutUntil: Number.NEGATIVE_INFINITY,
        lossesSince: null,
        deafUntil: Number.NEGATIVE_INFINITY,
      };
      this.#links.set(key, link);
    }
    return link;
  }

  /** Cuts or heals one direction. */
  setCut(from: string, to: string, cut: boolean): void {
    const link = this.#link(from, to);
    if (link.cut) link.cutUntil = this.#clock.now();
    link.cut = cut;
  }

  /** Carries one message, perhaps never, perhaps twice. */
  carry(from: string, to: string, arrive: () => void): void {
    const link = this.#link(from, to);
    const { climate } = this;
    const now = this.#clock.now();
    if (link.cut || this.#random.chance(climate.loss)) {
      link.lossesSince ??= now;
      if (now - link.lossesSince >= this.#deafMs) link.deafUntil = now;
      return;
    }
    if (link.lossesSince !== null && now - link.lossesSince >= this.#deafMs) link.deafUntil = now;
    link.lossesSince = null;
    const copies = this.#random.chance(climate.duplicate) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const spread = climate.delayMsMax - climate.delayMsMin;
      this.#clock.after(climate.delayMsMin + this.#random.next() * spread, arrive);
    }
  }

  /**
   * Were the two cut off from each other within the last `recentMs`: by bad luck in both directions, or by a cut cable
   * in one (a host that receives nothing receives no clients either, so nobody gives way to it)?
   */
  werePartitioned(a: string, b: string, recentMs: number): boolean {
    if (this.#wasCut(this.#link(a, b), recentMs) || this.#wasCut(this.#link(b, a), recentMs)) return true;
    return this.#wasDeaf(this.#link(a, b), recentMs) && this.#wasDeaf(this.#link(b, a), recentMs);
  }

  #wasCut(link: Link, recentMs: number): boolean {
    return link.cut || link.cutUntil >= this.#clock.now() - recentMs;
  }

  #wasDeaf(link: Link, recentMs: number): boolean {
    const now = this.#clock.now();
    const isDeaf = link.lossesSince !== null && now - link.lossesSince >= this.#deafMs;
    return isDeaf || link.deafUntil >= now - recentMs;
  }
}
