/**
 * Bad network weather from a seed: loss, delay, reordering (by delay), duplicates, cut links. It also keeps a record
 * of which links have been deaf, so that a checker can tell a partition from a bug.
 */
import type { FakeClock } from "./fake-clock.ts";
import type { Random } from "./random.ts";
import type { Cut } from "./shapes.ts";

export interface Climate {
  /** Probability that a message is lost on one link. */
  loss: number;
  duplicate: number;
  delayMsMin: number;
  delayMsMax: number;
}

export const CALM: Climate = { loss: 0, duplicate: 0, delayMsMin: 0.2, delayMsMax: 1 };

/** Calm, and always the same. */
export const STEADY: Climate = { loss: 0, duplicate: 0, delayMsMin: 0.5, delayMsMax: 0.5 };

/** The far end of a link. */
export interface Receiver {
  isThere(): boolean;
  arrive(): void;
}

interface Link {
  cut: boolean;
  /** Last moment at which it was cut. */
  cutUntil: number;
  /** When a message last arrived. */
  arrivedAt: number;
  /** When the newest message was sent that has arrived, and the newest of all. */
  arrivedSentAt: number;
  sentAt: number;
  /** When the newest was sent that has arrived while somebody listened. */
  heardSentAt: number;
  /** When the oldest message was sent that is newer than all that have arrived; null = nothing is missing. */
  missingSince: number | null;
  /** Ends of the last stretches without an arrival that were at least as long as asked for. */
  shortUntil: number;
  longUntil: number;
}

/** How long a stretch in which nothing sent has arrived must be to count as deafness. */
export interface Deafness {
  /** The sender is no longer waited for. */
  shortMs: number;
  /** The sender is taken for lost. */
  longMs: number;
}

export class Weather {
  climate: Climate = CALM;
  /** Set it anew when the heartbeat changes. */
  deafness: Deafness;
  readonly #links = new Map<string, Link>();
  readonly #clock: FakeClock;
  readonly #random: Random;

  constructor(options: { clock: FakeClock; random: Random; deafness: Deafness }) {
    this.#clock = options.clock;
    this.#random = options.random;
    this.deafness = options.deafness;
  }

  #link(from: string, to: string): Link {
    const key = `${from}>${to}`;
    let link = this.#links.get(key);
    if (!link) {
      const never = Number.NEGATIVE_INFINITY;
      link = {
        cut: false,
        cutUntil: never,
        arrivedAt: never,
        arrivedSentAt: never,
        heardSentAt: never,
        sentAt: never,
        missingSince: null,
        shortUntil: never,
        longUntil: never,
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

  /** Exactly these links are cut from now on. */
  setCuts(cuts: readonly Cut[]): void {
    const wanted = new Set(cuts.map(([from, to]) => `${from}>${to}`));
    for (const [from, to] of cuts) this.setCut(from, to, true);
    for (const [key, link] of this.#links) {
      if (wanted.has(key) || !link.cut) continue;
      const [from = "", to = ""] = key.split(">");
      this.setCut(from, to, false);
    }
  }

  isCut(from: string, to: string): boolean {
    return this.#link(from, to).cut;
  }

  /** Carries one message, perhaps never, perhaps twice. `isThere`: is anybody listening where it arrives? */
  carry(from: string, to: string, { isThere, arrive }: Receiver): void {
    const link = this.#link(from, to);
    const { climate } = this;
    const sentAt = this.#clock.now();
    link.sentAt = sentAt;
    link.missingSince ??= sentAt;
    if (link.cut || this.#random.chance(climate.loss)) return;
    const copies = this.#random.chance(climate.duplicate) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const spread = climate.delayMsMax - climate.delayMsMin;
      this.#clock.after(climate.delayMsMin + this.#random.next() * spread, () => {
        this.#noteArrival(link, sentAt);
        if (isThere()) link.heardSentAt = Math.max(link.heardSentAt, sentAt);
        arrive();
      });
    }
  }

  /** One that was overtaken by a newer one tells the receiver nothing. */
  #noteArrival(link: Link, sentAt: number): void {
    const now = this.#clock.now();
    link.arrivedAt = now;
    if (sentAt < link.arrivedSentAt) return;
    const missing = link.missingSince === null ? 0 : now - link.missingSince;
    if (missing >= this.deafness.shortMs) link.shortUntil = now;
    if (missing >= this.deafness.longMs) link.longUntil = now;
    link.arrivedSentAt = sentAt;
    link.missingSince = link.sentAt > sentAt ? sentAt : null;
  }

  /**
   * Were the two cut off from each other within the last `recentMs`: by a cut cable in at least one direction (a host that
   * receives nothing receives no clients either, so nobody gives way to it), or by bad luck in both, so that one
   * takes the other for lost while that one waits for it no longer?
   */
  werePartitioned(a: string, b: string, recentMs: number): boolean {
    const [there, back] = [this.#link(a, b), this.#link(b, a)];
    if (this.#wasCut(there, recentMs) || this.#wasCut(back, recentMs)) return true;
    const [one, other] = [this.#wasDeaf(there, recentMs), this.#wasDeaf(back, recentMs)];
    return (one.long && other.short) || (one.short && other.long);
  }

  /** Has anything arrived on this link since then? */
  hasArrived(from: string, to: string, since: number): boolean {
    return this.#link(from, to).arrivedAt >= since;
  }

  /** Has anything been heard that was sent since then? */
  hasHeardSentAfter(from: string, to: string, since: number): boolean {
    return this.#link(from, to).heardSentAt >= since;
  }

  #wasCut(link: Link, recentMs: number): boolean {
    return link.cut || link.cutUntil >= this.#clock.now() - recentMs;
  }

  #wasDeaf(link: Link, recentMs: number): { short: boolean; long: boolean } {
    const now = this.#clock.now();
    const missing = link.missingSince === null ? 0 : now - link.missingSince;
    const { shortMs, longMs } = this.deafness;
    return {
      short: missing >= shortMs || link.shortUntil >= now - recentMs,
      long: missing >= longMs || link.longUntil >= now - recentMs,
    };
  }
}
