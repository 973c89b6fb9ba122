/** Sums of the kernel's counters over the life of this agent, though a `stop` takes the counters away. Pure. */
import type { WlbsStatus } from "@bulkhead/core/wlbs";
import type { TrafficCounters } from "@bulkhead/nft";

type Traffic = WlbsStatus["traffic"];

const none: Traffic = { acceptedPackets: 0, acceptedBytes: 0, drainedPackets: 0, foreignPackets: 0 };

export class TrafficSum {
  /** What counters that are gone had counted. */
  #before: Traffic = none;
  #now: Traffic = none;

  /** A reading that is smaller than the last one comes from new counters. */
  take(reading: TrafficCounters): void {
    const fresh: Traffic = {
      acceptedPackets: reading.acceptedPackets,
      acceptedBytes: reading.acceptedBytes,
      drainedPackets: reading.drainedPackets,
      foreignPackets: reading.foreignPackets,
    };
    if (names.some((name) => fresh[name] < this.#now[name])) this.#before = sum(this.#before, this.#now);
    this.#now = fresh;
  }

  get total(): Traffic {
    return sum(this.#before, this.#now);
  }
}

const names = Object.keys(none) as (keyof Traffic)[];

function sum(a: Traffic, b: Traffic): Traffic {
  return {
    acceptedPackets: a.acceptedPackets + b.acceptedPackets,
    acceptedBytes: a.acceptedBytes + b.acceptedBytes,
    drainedPackets: a.drainedPackets + b.drainedPackets,
    foreignPackets: a.foreignPackets + b.foreignPackets,
  };
}
