/** How the messages of a host arrive: losses by their numbers, jitter by the periods of its beats. */
import type { ArrivalBlock, Arrivals } from "../convergence/state.ts";

/** Two blocks of this many are looked at: the last 100 to 200 messages. */
const BLOCK = 100;
const EMPTY: ArrivalBlock = { heard: 0, lost: 0, regular: 0, deviationMs: 0 };

/** After the first message of a host. */
export function firstArrival(seq: number): Arrivals {
  return { lastSeq: seq, present: EMPTY, before: EMPTY };
}

/** `sinceMs` = time since the beat before, null for messages that are no beats. */
export function nextArrival(
  known: Arrivals,
  seq: number,
  beat: { sinceMs: number; periodMs: number } | null,
): Arrivals {
  const { present, before } = known;
  const isRegular = beat !== null && beat.sinceMs > beat.periodMs / 2;
  const block = {
    heard: present.heard + 1,
    // One that comes late was counted as lost before.
    lost: Math.max(0, present.lost + (seq > known.lastSeq ? seq - known.lastSeq - 1 : -1)),
    regular: present.regular + (isRegular ? 1 : 0),
    deviationMs: present.deviationMs + (isRegular ? Math.abs(beat.sinceMs - beat.periodMs) : 0),
  };
  const lastSeq = Math.max(seq, known.lastSeq);
  const isFull = block.heard + block.lost >= BLOCK;
  return isFull ? { lastSeq, present: EMPTY, before: block } : { lastSeq, present: block, before };
}

/** Percent of the latest messages that never came, and the mean deviation of beats from their period. */
export function arrivalStats({ present, before }: Arrivals): { lostPercent: number; jitterMs: number } {
  const sum = (field: keyof ArrivalBlock) => present[field] + before[field];
  const all = sum("heard") + sum("lost");
  const round = (value: number) => Math.round(10 * value) / 10;
  return {
    lostPercent: all === 0 ? 0 : round((100 * sum("lost")) / all),
    jitterMs: sum("regular") === 0 ? 0 : round(sum("deviationMs") / sum("regular")),
  };
}
