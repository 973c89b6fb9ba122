/** An exported table must open as a table, and must not run anything. */
import { expect, test } from "vitest";
import { csvCell, csvText } from "./csv.ts";

test.each([
  ["=1+1", "'=1+1"],
  ["@cmd", "'@cmd"],
  ["-2", "'-2"],
  ['say "no", please', '"say ""no"", please"'],
  ["two\nlines", '"two\nlines"'],
  [-2, "-2"],
  [null, ""],
] as const)("%j", (value, cell) => {
  expect(csvCell(value)).toBe(cell);
});

test("rows end as RFC 4180 has it", () => {
  expect(
    csvText([
      ["a", 1],
      ["b", null],
    ]),
  ).toBe("a,1\r\nb,\r\n");
});
