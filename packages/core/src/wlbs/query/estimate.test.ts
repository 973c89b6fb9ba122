import { expect, test } from "vitest";
import { drainEstimate } from "./estimate.ts";

const perSecond = (counts: number[]) => counts.map((open, i) => ({ at: 1000 * i, open }));

test("connections that end at a steady fraction are extrapolated to the last one", () => {
  // Ten per cent end every second: 1000 are down to one after ln(1000)/0.105 = 66 s, the last lives 9.5 s more.
  const counts = Array.from({ length: 30 }, (_, s) => Math.round(1000 * 0.9 ** s));
  const left = drainEstimate(perSecond(counts));
  const exact = (Math.log(1000 * 0.9 ** 29) + 1) / -Math.log(0.9);
  expect(left).toBeGreaterThan(exact * 0.9);
  expect(left).toBeLessThan(exact * 1.1);
});

test("nothing is said when none has ended, or too early, or without samples", () => {
  expect(drainEstimate(perSecond(Array<number>(30).fill(5)))).toBeNull();
  expect(drainEstimate(perSecond([9, 8, 7]))).toBeNull();
  expect(drainEstimate([])).toBeNull();
});

test("an empty host is done", () => {
  expect(drainEstimate([{ at: 0, open: 0 }])).toBe(0);
});

test("what was more than a minute ago does not count", () => {
  const fastThenStill = perSecond([
    ...Array.from({ length: 20 }, (_, s) => 1000 - 40 * s),
    ...Array<number>(80).fill(200),
  ]);
  expect(drainEstimate(fastThenStill)).toBeNull();
});
