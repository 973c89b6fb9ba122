/** One timer, set again and again. */
import { expect, test } from "vitest";
import type { Clock } from "./clock.ts";
import { createWakeTimer } from "./wake-timer.ts";

/** A clock of one's own; `armed` counts how often a timer was asked for. */
function bench() {
  const it = {
    now: 0,
    armed: 0,
    timers: new Map<number, { at: number; run: () => void }>(),
    woken: [] as number[],
  };
  const clock: Clock = {
    nowMs: () => it.now,
    monotonicMs: () => it.now,
    after(delayMs, run) {
      const id = (it.armed += 1);
      it.timers.set(id, { at: it.now + delayMs, run });
      return () => void it.timers.delete(id);
    },
  };
  const timer = createWakeTimer(clock, () => it.woken.push(it.now));
  const pass = (until: number): void => {
    for (;;) {
      const [next] = [...it.timers].filter(([, { at }]) => at <= until).sort(([, a], [, b]) => a.at - b.at);
      if (!next) break;
      it.timers.delete(next[0]);
      it.now = Math.max(it.now, next[1].at);
      next[1].run();
    }
    it.now = until;
  };
  return { it, timer, pass };
}

test("wakes once, at the time that was set last", () => {
  const { it, timer, pass } = bench();
  timer.wakeAt(100);
  timer.wakeAt(40);
  timer.wakeAt(70);
  pass(200);
  expect(it.woken).toEqual([70]);
  timer.wakeAt(150);
  pass(201);
  expect(it.woken).toEqual([70, 200]);
});

test("a time that is moved on and on costs one timer for each time that it would have been", () => {
  const { it, timer, pass } = bench();
  for (let now = 0; now < 1_000; now += 1) {
    pass(now);
    timer.wakeAt(now + 100);
  }
  expect(it.woken).toEqual([]);
  expect(it.armed).toBeLessThanOrEqual(12);
  pass(2_000);
  expect(it.woken).toEqual([1_099]);
});

test("null means not at all", () => {
  const { it, timer, pass } = bench();
  timer.wakeAt(50);
  timer.wakeAt(null);
  pass(100);
  expect(it.woken).toEqual([]);
});
