/**
 * Datagrams on the heartbeat group that were dropped: counted by reason, each reason logged at most once a minute.
 * None of them changes anything else.
 */
import type { HeartbeatRejection } from "@bulkhead/protocol";
import type { Clock, Logger } from "@bulkhead/runtime";

const complainMs = 60_000;

export type RejectionReason = HeartbeatRejection | "other-cluster";

const cures: Partial<Record<RejectionReason, string>> = {
  "unknown-key": "the sender has a key that this host does not know; apply the fleet file to both",
  "bad-signature": "somebody without the key of this cluster sends on its group; look who it is",
  "wrong-version": "the sender runs another version of the agent; update it",
  stale: "the clocks of the two hosts differ by more than 30 s; set them by NTP",
  "other-cluster": "another cluster uses the same group and key; give one of the two another group",
  reordered: "a newer one of the same host came before it; look for a path with queues of different length",
  replayed:
    "it was seen before or is far out of order; look for a loop in the network, or for somebody who records",
};

export class Rejections {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #counts = new Map<RejectionReason, number>();
  readonly #last = new Map<RejectionReason, string>();
  readonly #complainedAt = new Map<RejectionReason, number>();

  constructor(clock: Clock, log: Logger) {
    this.#clock = clock;
    this.#log = log;
  }

  /** `detail`: what is known beyond the sender's address, or empty. */
  take(reason: RejectionReason, from: string, detail: string): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
    const sender = detail === "" ? from : `${from} (${detail})`;
    this.#last.set(reason, sender);
    const now = this.#clock.monotonicMs();
    if (now - (this.#complainedAt.get(reason) ?? Number.NEGATIVE_INFINITY) < complainMs) return;
    this.#complainedAt.set(reason, now);
    this.#log.warn(
      { from: sender, reason },
      `a heartbeat was dropped: ${cures[reason] ?? "it is none of ours"}`,
    );
  }

  /** Since the start, by reason. */
  counts(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }

  /** Where the latest of each reason came from. */
  last(): Record<string, string> {
    return Object.fromEntries(this.#last);
  }
}
