/**
 * All durations of the machine, derived from the heartbeat period P and tolerance T of the policy, in one place
 * because their order is what keeps two hosts from owning one bucket: lease < detection.
 */
import type { WlbsPolicy } from "../types.ts";

export interface Timing {
  periodMs: number;
  /** A host unheard for this long is lost: P x T (KB 232711). */
  detectMs: number;
  /** New flows are accepted until this long after the newest beat that the peers have acknowledged. */
  leaseMs: number;
  /** A peer unheard for this long no longer holds our lease back: it is dying, and its ack will not come. */
  silenceMs: number;
  /** A member that does not follow an epoch for this long is left out of the next one. */
  stuckMs: number;
  /** Likewise one that has not even entered it: it needs no kernel for that, only our messages. */
  refusedMs: number;
}

/** Detection minus this must outlast the kernel's timer granularity and the way of a command to the kernel. */
function marginMs(detectMs: number): number {
  return Math.max(20, detectMs / 16);
}

/**
 * While a policy with another heartbeat is on its way, some hosts live by the old one: detection takes the longer
 * of both, the lease the shorter.
 */
export function timingOf(policies: readonly WlbsPolicy[]): Timing {
  const beats = policies.map((policy) => policy.heartbeat);
  const detects = beats.map(({ periodMs, tolerance }) => periodMs * tolerance);
  const periodMs = Math.min(...beats.map((beat) => beat.periodMs));
  const detectMs = Math.max(...detects);
  const shortest = Math.min(...detects);
  return {
    periodMs,
    detectMs,
    leaseMs: shortest - marginMs(shortest),
    // The last ack of a dying peer is up to one period older than its last beat, so its hold ends one period and the
    // margin before detection. Dropping it three quarters of a period earlier renews the lease in time, also when
    // beats and timers are late: a death does not interrupt the survivors.
    silenceMs: Math.max(1.1 * periodMs, shortest - 1.75 * periodMs),
    stuckMs: Math.max(5000, 4 * detectMs),
    refusedMs: Math.max(2000, 2 * detectMs),
  };
}
