/** Beats that repeat what their senders said before: they wait here, not verified yet, until the machine is due. */

/** A datagram, where it came from, and when it was read on the machine's clock. */
export interface Arrival {
  bytes: Uint8Array;
  from: string;
  readAt: number;
}

/** A full cluster sends 31 in a period; somebody who sends more wants our memory. */
const roomFor = 128;

export class KeptBeats {
  #arrivals: Arrival[] = [];

  get isEmpty(): boolean {
    return this.#arrivals.length === 0;
  }

  hasRoomFor(count: number): boolean {
    return this.#arrivals.length + count <= roomFor;
  }

  add(arrivals: readonly Arrival[]): void {
    this.#arrivals.push(...arrivals);
  }

  /** In the order in which they came; none is left. */
  take(): Arrival[] {
    const arrivals = this.#arrivals;
    this.#arrivals = [];
    return arrivals;
  }
}
