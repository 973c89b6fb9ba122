/** One line per record, from whatever the writer put into the detail. */
import { expect, test } from "vitest";
import { detailLine } from "./detail-line.ts";

test.each([
  [{ message: "web-1 is both", rule: "R1" }, "web-1 is both"],
  [{ refusals: [{ rule: "R1", message: "web-1 is both" }, { rule: "R4" }] }, "R1: web-1 is both; R4"],
  [{ generation: 3, applied: true, nested: { a: 1 } }, "generation 3, applied true"],
  [{}, ""],
  [
    { deployment: "df69a949-fa5d-4d67-995f-87b8a7e1a8d1", hash: "ab".repeat(32) },
    "deployment df69a949…, hash abababab…",
  ],
])("%j", (detail, line) => {
  expect(detailLine(detail)).toBe(line);
});
