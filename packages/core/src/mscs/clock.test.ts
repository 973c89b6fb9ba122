/** Hours and gaps of clocks. */
import { expect, it } from "vitest";
import { clockGapText, localHour } from "./clock.ts";

it("tells the hour of a machine by its zone, over midnight in both directions", () => {
  const noon = Date.UTC(2026, 5, 1, 12, 30);
  expect([0, 120, -300, 720, -780].map((offset) => localHour(noon, offset))).toEqual([12, 14, 7, 0, 23]);
  expect(localHour(noon, 330)).toBe(18);
});

it("says on which side of the controller a clock is", () => {
  expect([3_980, -61_000].map(clockGapText)).toEqual(["4.0 s ahead of", "61.0 s behind"]);
});
