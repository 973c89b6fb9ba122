/** The one timer of a loop: setting it again replaces what was set before (core machines answer with `wakeAt`). */
import type { Clock } from "./clock.ts";

export interface WakeTimer {
  /** Wakes at this reading of `clock.monotonicMs()`, or as soon as possible if it has passed; null = not at all. */
  wakeAt(monotonicMs: number | null): void;
}

export function createWakeTimer(clock: Clock, wake: () => void): WakeTimer {
  let cancel: () => void = () => undefined;
  return {
    wakeAt(monotonicMs) {
      cancel();
      if (monotonicMs === null) return;
      cancel = clock.after(Math.max(0, monotonicMs - clock.monotonicMs()), wake);
    },
  };
}
