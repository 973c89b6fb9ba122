/**
 * Carries out what the machine wants of the kernel, strictly one thing after the other, and tells it what came of
 * it. Heartbeats do not wait in this lane: an install takes tens of milliseconds.
 */
import { type DataPlane, type DataPlaneEngine, MARK, type WlbsEffect } from "@bulkhead/core/wlbs";
import { createSerialQueue, errorText, type Logger } from "@bulkhead/runtime";

/** TCP repeats a connection attempt after one second: a shorter gap costs a client that time, and no more. */
const repetitionMs = 1_000;
/** The kernel does anything that is asked of it in tens of milliseconds; nft gives up after some seconds by itself. */
const hangMs = 2_000;

export type KernelEffect = Extract<WlbsEffect, { kind: "install" | "remove" | "renewLease" }>;

export interface KernelLaneOptions {
  engine: DataPlaneEngine;
  log: Logger;
  /** The machine's clock, ms. */
  now(): number;
  onInstalled(generation: number, error: string | null): void;
  /** The lease had run out for so long when it was renewed. */
  onLapse(outMs: number): void;
  /** Called before the counters go away with the tables. */
  beforeRemoval(): Promise<void>;
}

const putBack =
  "the data plane had been changed by somebody else and was put back; look who flushes nftables or addresses";

export class KernelLane {
  readonly #options: KernelLaneOptions;
  readonly #queue = createSerialQueue();
  #plane: DataPlane | null = null;
  #leaseUntil = 0;
  /** Until when the kernel has confirmed a lease. */
  #confirmedUntil = 0;
  #pending = 0;
  /** When the deed began that is under way; null = none, or one that has been reported as hanging. */
  #busySince: number | null = null;
  #lastError: string | null = null;

  constructor(options: KernelLaneOptions) {
    this.#options = options;
  }

  /** The plane that the kernel has confirmed, or null. */
  get plane(): DataPlane | null {
    return this.#plane;
  }

  /** False once the lease has been out for a second; shorter gaps are told by `onLapse`. */
  get isLeaseAlive(): boolean {
    return this.#confirmedUntil > 0 && this.#options.now() < this.#confirmedUntil + repetitionMs;
  }

  /**
   * Why the kernel refused, until it carries owned buckets again. The machine forgets it earlier: giving up the
   * buckets is an install too, and that one usually succeeds.
   */
  get lastError(): string | null {
    return this.#lastError;
  }

  /** True while anything that was asked for is not done yet. */
  get isBusy(): boolean {
    return this.#pending > 0;
  }

  carryOut(effect: KernelEffect): void {
    this.#pending += 1;
    this.#mindHang();
    void this.#queue
      .run(() => this.#timed(effect).finally(() => void (this.#pending -= 1)))
      .catch((error: unknown) => {
        this.#options.log.error({ effect: effect.kind, problem: errorText(error) }, "the kernel lane failed");
      });
  }

  /** Looks whether somebody has removed our tables or addresses, and puts them back. */
  repair(): Promise<void> {
    return this.#queue.run(() => this.#repair());
  }

  /** Resolves when everything asked for so far has been done. */
  idle(): Promise<void> {
    return this.#queue.idle();
  }

  async #timed(effect: KernelEffect): Promise<void> {
    this.#busySince = this.#options.now();
    try {
      await this.#one(effect);
    } finally {
      this.#busySince = null;
    }
  }

  /** Whoever cannot renew serves nobody new: the machine must know it, so that others take over. */
  #mindHang(): void {
    const since = this.#busySince;
    if (since === null || this.#options.now() - since < hangMs || this.isLeaseAlive) return;
    this.#busySince = null;
    this.#fail(`The packet filter has not answered for ${hangMs / 1_000} s. Look whether nft hangs.`);
  }

  /** The plane in place is of no use any more. */
  #fail(error: string): void {
    if (!this.#plane) return;
    this.#lastError = error;
    this.#options.onInstalled(this.#plane.generation, error);
  }

  async #one(effect: KernelEffect): Promise<void> {
    if (effect.kind === "renewLease") {
      this.#leaseUntil = effect.leaseUntil;
      return this.#renew();
    }
    const generation = effect.kind === "install" ? effect.plane.generation : effect.generation;
    const error = await (effect.kind === "install" ? this.#install(effect) : this.#remove()).then(
      () => null,
      errorText,
    );
    const isServing = effect.kind === "remove" || isServingPlane(effect.plane);
    if (error !== null || isServing) this.#lastError = error;
    this.#options.onInstalled(generation, error);
  }

  async #install(effect: Extract<KernelEffect, { kind: "install" }>): Promise<void> {
    this.#leaseUntil = effect.leaseUntil;
    await this.#options.engine.set(effect.plane, this.#leaseLeft);
    this.#plane = effect.plane;
    this.#confirm(this.#leaseUntil);
  }

  /** A gap between two leases is told: whoever came just then was not let in before asking again. */
  #confirm(until: number): void {
    const outMs = this.#options.now() - this.#confirmedUntil;
    if (this.#confirmedUntil > 0 && outMs > 0) this.#options.onLapse(outMs);
    this.#confirmedUntil = Math.max(0, until);
  }

  async #remove(): Promise<void> {
    await this.#options.beforeRemoval();
    await this.#options.engine.set(null, this.#leaseLeft);
    this.#plane = null;
    this.#leaseUntil = 0;
    this.#confirmedUntil = 0;
  }

  /**
   * A refused renewal means that the tables are gone or changed: put back at once, for without them nobody filters. Where
   * that fails the host has to give up its buckets.
   */
  async #renew(): Promise<void> {
    const until = this.#leaseUntil;
    try {
      const isAlive = await this.#options.engine.renew(this.#leaseLeft);
      if (isAlive) this.#confirm(until);
      else if (this.#leaseLeft() >= 1) await this.#repair();
    } catch (error) {
      this.#fail(errorText(error));
    }
  }

  async #repair(): Promise<void> {
    const plane = this.#plane;
    if (!plane || !(await this.#options.engine.set(plane, this.#leaseLeft))) return;
    this.#options.log.warn({ interface: plane.interface }, putBack);
  }

  readonly #leaseLeft = (): number => this.#leaseUntil - this.#options.now();
}

function isServingPlane(plane: DataPlane): boolean {
  return plane.unruled === "owned" || plane.tables.some(({ marks }) => marks.includes(MARK.owned));
}
