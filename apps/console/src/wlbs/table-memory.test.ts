/** What has moved is told against the tables before. */
import { expect, test } from "vitest";
import { noTables, remembered, tableOf } from "./table-memory.ts";

const answer = (key: string, ...tables: string[]) => ({ key, epoch: key, tables });

test("the first answer has nothing before it, the next one has", () => {
  const first = remembered(noTables, answer("1", "1x4096"));
  expect(tableOf(first, 0)).toEqual({ now: "1x4096", before: null });
  const second = remembered(first, answer("2", "1x4000,2x96"));
  expect(tableOf(second, 0)).toEqual({ now: "1x4000,2x96", before: "1x4096" });
  expect(remembered(second, answer("2", "1x4000,2x96"))).toBe(second);
  expect(tableOf(remembered(second, answer("3", "1x4000,2x96")), 0).before).toBe("1x4096");
  expect(tableOf(second, null)).toEqual({ now: null, before: null });
});
