import { expect, test } from "vitest";
import { TestClock } from "../testing/test-clock.ts";
import { SteadyWall } from "./steady-wall.ts";

const hourMs = 3_600_000;

function skewed() {
  const clock = new TestClock();
  const skew = { ms: 0 };
  const wall = new SteadyWall({
    nowMs: () => clock.nowMs() + skew.ms,
    monotonicMs: () => clock.monotonicMs(),
    after: (delayMs, wake) => clock.after(delayMs, wake),
  });
  return { clock, skew, wall, offMs: () => wall.nowMs() - clock.nowMs() };
}

test("a clock that jumps changes nothing while others are heard, and ten seconds after them", async () => {
  const { clock, skew, wall, offMs } = skewed();
  wall.heard();
  skew.ms = hourMs;
  expect(offMs()).toBe(0);
  await clock.pass(9_999);
  expect(offMs()).toBe(0);
  await clock.pass(2);
  expect(offMs()).toBe(hourMs);
});

test("a host that hears nobody goes by its clock, so that one that is set right is heard again", async () => {
  const { clock, skew, wall, offMs } = skewed();
  skew.ms = -hourMs;
  expect(offMs()).toBe(-hourMs);
  skew.ms = 0;
  expect(offMs()).toBe(0);
  wall.heard();
  await clock.pass(60_000);
  expect(offMs()).toBe(0);
});
