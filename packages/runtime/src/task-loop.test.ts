import { describe, expect, it } from "vitest";
import type { Clock } from "./clock.ts";
import { createHealth } from "./health.ts";
import { silentLogger } from "./logger.ts";
import { createSerialQueue } from "./queue.ts";
import { startTaskLoop } from "./task-loop.ts";
import { createWakeTimer } from "./wake-timer.ts";

/** Time that stands still until it is turned. */
function handClock(): Clock & { turn(ms: number): void } {
  let now = 0;
  let alarms: { at: number; wake: () => void }[] = [];
  return {
    nowMs: () => now,
    monotonicMs: () => now,
    after(delayMs, wake) {
      const alarm = { at: now + delayMs, wake };
      alarms.push(alarm);
      return () => {
        alarms = alarms.filter((other) => other !== alarm);
      };
    },
    turn(ms) {
      now += ms;
      const due = alarms.filter(({ at }) => at <= now);
      alarms = alarms.filter(({ at }) => at > now);
      for (const { wake } of due) wake();
    },
  };
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
};

describe("a task loop", () => {
  it("runs at once, on its period and on a nudge, never twice at a time, and survives failures", async () => {
    const clock = handClock();
    let runs = 0;
    let inside = 0;
    const loop = startTaskLoop({
      name: "test",
      clock,
      log: silentLogger,
      periodMs: 100,
      run: async () => {
        inside += 1;
        expect(inside).toBe(1);
        runs += 1;
        await Promise.resolve();
        inside -= 1;
        if (runs === 1) throw new Error("once");
      },
    });
    loop.nudge();
    loop.nudge();
    await settle();
    expect(runs).toBe(2);
    clock.turn(100);
    await settle();
    expect(runs).toBe(3);
    await loop.stop();
    clock.turn(1000);
    loop.nudge();
    await settle();
    expect(runs).toBe(3);
  });
});

it("a wake timer holds one time only", () => {
  const clock = handClock();
  let wakes = 0;
  const timer = createWakeTimer(clock, () => {
    wakes += 1;
  });
  timer.wakeAt(50);
  timer.wakeAt(100);
  clock.turn(60);
  expect(wakes).toBe(0);
  clock.turn(40);
  expect(wakes).toBe(1);
  timer.wakeAt(10);
  timer.wakeAt(null);
  clock.turn(10);
  expect(wakes).toBe(1);
});

it("a queue keeps its order past a failure", async () => {
  const queue = createSerialQueue();
  const order: string[] = [];
  const failing = queue.run(async () => {
    await Promise.resolve();
    order.push("first");
    throw new Error("first fails");
  });
  const second = queue.run(async () => order.push("second"));
  await expect(failing).rejects.toThrow("first fails");
  await second;
  expect(order).toEqual(["first", "second"]);
});

it("health keeps since when, and tells of changes only", () => {
  let now = 1;
  const told: (string | null)[] = [];
  const health = createHealth({ nowMs: () => now, onChange: (warning) => told.push(warning?.text ?? null) });
  health.raise("disk", "full");
  now = 2;
  health.raise("disk", "full");
  health.raise("disk", "fuller");
  expect(health.warnings()).toEqual([{ name: "disk", text: "fuller", since: 1 }]);
  health.clear("disk");
  health.clear("disk");
  expect(told).toEqual(["full", "fuller", null]);
});
