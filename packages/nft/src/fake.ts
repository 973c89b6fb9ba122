/** A kernel in memory for unit tests: remembers planes, and holds a lease against the clock it is given. */
import type { DataPlane } from "@bulkhead/core/wlbs";
import type { TrafficCounters } from "./readings.ts";
import type { DataPlaneDriver, LeaseLeft } from "./runner.ts";

const noTraffic: TrafficCounters = {
  acceptedPackets: 0,
  acceptedBytes: 0,
  drainedPackets: 0,
  drainedBytes: 0,
  foreignPackets: 0,
  foreignBytes: 0,
  unleasedPackets: 0,
  strayPackets: 0,
};

export class FakeNft implements DataPlaneDriver {
  /** Every plane that was accepted, oldest first. */
  readonly applied: DataPlane[] = [];
  traffic: TrafficCounters = noTraffic;
  /** Set to make the next `apply` fail with this message. */
  failNext: string | null = null;
  /** Set to play somebody who flushed our tables. */
  isDamaged = false;
  missingInterface: string | null = null;
  removals = 0;
  isClosed = false;
  #leaseEndsAt = 0;
  readonly #monotonicMs: () => number;

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  get current(): DataPlane | null {
    return this.applied.at(-1) ?? null;
  }

  async probe(interfaceName: string): Promise<void> {
    if (interfaceName === this.missingInterface) throw new Error(`There is no interface ${interfaceName}`);
  }

  async apply(plane: DataPlane, leaseLeft: LeaseLeft): Promise<void> {
    const failure = this.failNext;
    this.failNext = null;
    if (failure !== null) throw new Error(failure);
    if (this.current && plane.generation < this.current.generation) throw new Error("older generation");
    this.applied.push(plane);
    await this.renewLease(leaseLeft);
  }

  async renewLease(leaseLeft: LeaseLeft): Promise<boolean> {
    if (!this.current || this.isDamaged) return false;
    this.#leaseEndsAt = this.#monotonicMs() + leaseLeft();
    return leaseLeft() >= 1;
  }

  async leaseAlive(): Promise<boolean> {
    return this.#monotonicMs() < this.#leaseEndsAt;
  }

  async readCounters(): Promise<TrafficCounters> {
    return this.traffic;
  }

  async repair(): Promise<boolean> {
    const wasDamaged = this.isDamaged;
    this.isDamaged = false;
    return wasDamaged;
  }

  async remove(): Promise<void> {
    this.removals += 1;
    this.applied.length = 0;
    this.#leaseEndsAt = 0;
  }

  close(): void {
    this.isClosed = true;
  }
}
