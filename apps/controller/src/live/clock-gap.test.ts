/** What reports tell of a clock, although some of them were long on their way. */
import { expect, it } from "vitest";
import { ClockGap } from "./clock-gap.ts";

const gapOf = (...aheadMs: number[]) => {
  const gap = new ClockGap();
  for (const each of aheadMs) gap.add(each);
  return gap.aheadMs();
};

it("takes the report that was fastest, and forgets old ones", () => {
  expect(gapOf(-20, -9_000)).toBeNull();
  expect(gapOf(-20, -9_000, -4_000)).toBe(-20);
  expect(gapOf(5_000, ...Array<number>(10).fill(-15))).toBe(-15);
});
