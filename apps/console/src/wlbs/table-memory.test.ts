/** What has moved is told against the table of the same rule before. */
import { expect, test } from "vitest";
import { sampleRule } from "./sample-cluster.ts";
import { noTables, remembered, tablesOf } from "./table-memory.ts";

const answer = (key: string, ...tables: string[]) => ({ key, epoch: key, tables });
const rules = (http: number | null, dns: number | null) => [
  sampleRule({ name: "http", table: http }),
  sampleRule({ name: "dns", table: dns }),
];

test("the first answer has nothing before it, the next one has, the same one moves nothing", () => {
  const first = remembered(noTables, answer("1", "1x4096"), rules(0, 0));
  expect(tablesOf(first, "http")).toEqual({ now: "1x4096", before: null });
  const second = remembered(first, answer("2", "1x4000,2x96"), rules(0, 0));
  expect(tablesOf(second, "http")).toEqual({ now: "1x4000,2x96", before: "1x4096" });
  const third = remembered(second, answer("3", "1x4000,2x96"), rules(0, 0));
  expect(tablesOf(third, "http").before).toBe("1x4096");
});

test("rules that part their tables are compared each with its own past", () => {
  const shared = remembered(noTables, answer("1", "1x4096"), rules(0, 0));
  const parted = remembered(shared, answer("2", "2x4096", "1x4096"), rules(0, 1));
  expect(tablesOf(parted, "http")).toEqual({ now: "2x4096", before: "1x4096" });
  expect(tablesOf(parted, "dns")).toEqual({ now: "1x4096", before: null });
  expect(tablesOf(remembered(parted, answer("3", "1x4096"), rules(null, 0)), "http").now).toBeNull();
  expect(tablesOf(noTables, "http")).toEqual({ now: null, before: null });
});
