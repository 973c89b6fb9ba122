/** Bounds of the waiting time between two dials. */
import { expect, test } from "vitest";
import { backoffMs } from "./backoff.ts";

const bounds = { backoffMs: 250, backoffMsMax: 10_000 };

test.each([
  { failures: 1, random: 0, expected: 125 },
  { failures: 1, random: 1, expected: 250 },
  { failures: 3, random: 0.5, expected: 750 },
  { failures: 7, random: 1, expected: 10_000 },
  { failures: 1_000, random: 0, expected: 5_000 },
])("failure $failures with random $random waits $expected ms", ({ failures, random, expected }) => {
  expect(backoffMs(failures, bounds, random)).toBe(expected);
});
