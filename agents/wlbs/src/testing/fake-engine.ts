/** A kernel in memory for unit tests: remembers planes, and holds a lease against the clock it is given. */
import {
  type Connection,
  type DataPlane,
  type DataPlaneEngine,
  type LeaseLeft,
  MARK,
  noTraffic,
  type Observation,
} from "@bulkhead/core/wlbs";

export class FakeEngine implements DataPlaneEngine {
  current: DataPlane | null = null;
  /** How often a plane was set or taken away. */
  sets = 0;
  removals = 0;
  renewals = 0;
  /** Set to make the next `set` of a plane fail with this message. */
  failNext: string | null = null;
  /** Set to play somebody who flushed our tables. */
  isDamaged = false;
  isClosed = false;
  open: Connection[] = [];
  seen: Omit<Observation, "traffic" | "leaseAlive"> = { probesHeardFrom: [], claims: [], sticky: [] };
  traffic = noTraffic;
  #leaseEndsAt = 0;
  readonly #monotonicMs: () => number;

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  get leaseAlive(): boolean {
    return this.#monotonicMs() < this.#leaseEndsAt;
  }

  /** Buckets of the first rule that the kernel takes as its own. */
  get owned(): number[] {
    const marks = this.current?.tables[0]?.marks ?? new Uint8Array();
    return [...marks.keys()].filter((bucket) => marks[bucket] === MARK.owned);
  }

  async set(plane: DataPlane | null, leaseLeft: LeaseLeft): Promise<boolean> {
    if (plane === null) return this.#remove();
    const failure = this.failNext;
    this.failNext = null;
    if (failure !== null) throw new Error(failure);
    if (this.current && plane.generation < this.current.generation) throw new Error("older generation");
    const isNew = plane !== this.current || this.isDamaged;
    this.current = plane;
    this.isDamaged = false;
    this.sets += 1;
    await this.renew(leaseLeft);
    return isNew;
  }

  async renew(leaseLeft: LeaseLeft): Promise<boolean> {
    if (!this.current || this.isDamaged) return false;
    this.renewals += 1;
    this.#leaseEndsAt = this.#monotonicMs() + leaseLeft();
    return leaseLeft() >= 1;
  }

  async counters(): Promise<Observation> {
    const traffic = { ...this.traffic, leaseRenewals: this.renewals };
    return { ...this.seen, traffic, leaseAlive: this.leaseAlive };
  }

  async connections(): Promise<Connection[]> {
    return this.open;
  }

  close(): void {
    this.isClosed = true;
  }

  #remove(): boolean {
    this.removals += 1;
    this.current = null;
    this.open = [];
    this.#leaseEndsAt = 0;
    return true;
  }
}
