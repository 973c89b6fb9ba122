/**
 * When the driver reports: at a change, but not more than ten times a second, and once a second in any case. Working
 * a status out costs more than a beat, so it is not done to find out whether it differs.
 */
import type { Clock } from "@bulkhead/runtime";

const gapMs = 100;
const periodMs = 1_000;

export class StatusGate {
  readonly #clock: Clock;
  /** Reports, and says whether more is to be expected soon (the cluster converges). */
  readonly #report: () => boolean;
  #cancel: () => void = () => undefined;
  #dueAt = Number.POSITIVE_INFINITY;
  #isClosed = false;

  constructor(clock: Clock, report: () => boolean) {
    this.#clock = clock;
    this.#report = report;
  }

  /** Something may have changed. */
  changed(): void {
    this.#plan(gapMs);
  }

  /** Reports without waiting. */
  now(): void {
    if (this.#isClosed) return;
    this.#cancel();
    this.#dueAt = Number.POSITIVE_INFINITY;
    this.#plan(this.#report() ? gapMs : periodMs);
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel();
  }

  #plan(delayMs: number): void {
    const at = this.#clock.monotonicMs() + delayMs;
    if (this.#isClosed || at >= this.#dueAt) return;
    this.#cancel();
    this.#dueAt = at;
    this.#cancel = this.#clock.after(delayMs, () => this.now());
  }
}
