import { expect, it } from "vitest";
import { AttemptLimit } from "./attempt-limit.ts";
import { HandClock } from "./testing/hand-clock.ts";

it("allows so many attempts per peer and window", () => {
  const clock = new HandClock();
  const limit = new AttemptLimit(clock, { attempts: 2, windowMs: 1_000 });
  expect([limit.allows("a"), limit.allows("a"), limit.allows("a"), limit.allows("b")]).toEqual([
    true,
    true,
    false,
    true,
  ]);
  clock.turn(1_000);
  expect(limit.allows("a")).toBe(true);
});
