/** The one timer of a loop: setting it again replaces what was set before (core machines answer with `wakeAt`). */
import type { Clock } from "./clock.ts";

export interface WakeTimer {
  /** Wakes at this reading of `clock.monotonicMs()`, or as soon as possible if it has passed; null = not at all. */
  wakeAt(monotonicMs: number | null): void;
}

/**
 * A loop that sets its timer hundreds of times a second mostly sets it to the same time or a later one: the clock's timer is
 * left alone then, and looks at what is wanted when it fires.
 */
export function createWakeTimer(clock: Clock, wake: () => void): WakeTimer {
  let wanted: number | null = null;
  let armedFor: number | null = null;
  let cancel: () => void = () => undefined;

  function arm(at: number): void {
    armedFor = at;
    cancel = clock.after(Math.max(0, at - clock.monotonicMs()), fire);
  }

  function fire(): void {
    armedFor = null;
    if (wanted === null) return;
    if (wanted > clock.monotonicMs()) return arm(wanted);
    wanted = null;
    wake();
  }

  return {
    wakeAt(monotonicMs) {
      wanted = monotonicMs;
      if (monotonicMs === null || (armedFor !== null && armedFor <= monotonicMs)) return;
      cancel();
      arm(monotonicMs);
    },
  };
}
