/**
 * The one swappable clock of a process. Code that waits takes a `Clock`, so that a test can turn time by
 * hand. `nowMs` is for people and logs; `monotonicMs` never jumps and is what timeouts are made of.
 */
export interface Clock {
  /** Epoch milliseconds; may jump when the machine's time is set. */
  nowMs(): number;
  /** Milliseconds since an arbitrary start; never goes back. */
  monotonicMs(): number;
  /** Runs `wake` once after at least `delayMs`; the answer cancels it. */
  after(delayMs: number, wake: () => void): () => void;
}

/** The clock of the machine. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, wake) {
    const timer = setTimeout(wake, Math.max(0, delayMs));
    return () => clearTimeout(timer);
  },
};
