/** Where the marks of a timeline stand. */
import { expect, test } from "vitest";
import { placed, untilOf } from "./replay-model.ts";

const step = (at: number, text: string) => ({ at, lane: "db-1", text });

test("steps stand where they happened, in the order of time", () => {
  const marks = placed([step(1500, "online"), step(1000, "offline")], 1000, 1000);
  expect(marks.map(({ step: { text }, ms, part }) => [text, ms, part])).toEqual([
    ["offline", 0, 0],
    ["online", 500, 0.5],
  ]);
});

test("a step by a clock that runs behind does not stand before the beginning", () => {
  expect(placed([step(900, "early")], 1000, 1000)[0]).toMatchObject({ ms: 0, part: 0 });
});

test("the length is never nothing, and covers the last step", () => {
  expect(untilOf(1000, null, [])).toBe(1);
  expect(untilOf(1000, 1600, [step(2000, "late")])).toBe(1000);
});
