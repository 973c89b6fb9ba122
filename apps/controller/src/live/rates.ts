/** Packet and byte rates of a host from its counters, smoothed over the last seconds. */

/** Long enough to even out a report a second, short enough to see a failover. */
const windowMs = 5_000;

interface Sample {
  atMs: number;
  packets: number;
  bytes: number;
}

export interface Rates {
  acceptedPacketsPerS: number;
  acceptedBytesPerS: number;
}

/** Keeps the counter readings of the last five seconds of one host. */
export class RateWindow {
  #samples: Sample[] = [];

  /** `atMs` monotonic. A counter that went back (agent reinstalled) starts the window anew. */
  add(sample: Sample): void {
    const last = this.#samples.at(-1);
    if (last && (sample.packets < last.packets || sample.bytes < last.bytes)) this.#samples = [];
    this.#samples.push(sample);
    // One sample older than the window stays, so that the window is always covered in full.
    while (sample.atMs - (this.#samples[1]?.atMs ?? Number.POSITIVE_INFINITY) >= windowMs)
      this.#samples.shift();
  }

  /** Null before two readings. */
  rates(): Rates | null {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (!first || !last || last.atMs <= first.atMs) return null;
    const seconds = (last.atMs - first.atMs) / 1000;
    return {
      acceptedPacketsPerS: (last.packets - first.packets) / seconds,
      acceptedBytesPerS: (last.bytes - first.bytes) / seconds,
    };
  }
}
