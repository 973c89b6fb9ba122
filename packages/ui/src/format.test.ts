/** Numbers and times as people read them. */
import { expect, test } from "vitest";
import { ago, bytes, bytesPerSecond, count, duration, percent, plural, rate, until } from "./format.ts";

test("a missing value is a dash, never a zero", () => {
  expect([count(null), rate(undefined), bytesPerSecond(null), percent(1, 0)]).toEqual(["–", "–", "–", "–"]);
});

test.each([
  [rate(0), "0"],
  [rate(0.4), "0.4"],
  [rate(1240.4), "1,240"],
  [percent(1366, 4096), "33.3 %"],
  [bytesPerSecond(999), "999 B/s"],
  [bytesPerSecond(12_400_000), "12.4 MB/s"],
  [bytes(1_500), "1.5 kB"],
  [plural(1, "host"), "1 host"],
  [plural(1204, "host"), "1,204 hosts"],
])("%s", (text, expected) => {
  expect(text).toBe(expected);
});

test.each([
  [0, "0.0 s"],
  [800, "0.8 s"],
  [14_000, "14 s"],
  [89_000, "89 s"],
  [90_000, "2 min"],
  [7_200_000, "2 h"],
  [5 * 86_400_000, "5 d"],
])("%i ms is %s", (ms, expected) => {
  expect(duration(ms)).toBe(expected);
});

test("a clock that is a little ahead makes nothing negative", () => {
  expect([ago(5_000, 4_000), ago(0, 14_000), until(1_000, 2_000), until(60_000, 0)]).toEqual([
    "just now",
    "14 s ago",
    "over",
    "in 60 s",
  ]);
});
