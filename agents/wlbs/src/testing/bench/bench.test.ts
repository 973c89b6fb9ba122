/** The arithmetic of the bench: percentiles, verdicts, the table. The figures themselves are measured, not tested. */
import { BUCKET_COUNT, bucketOf } from "@bulkhead/core/wlbs";
import { type Row, valueOf, verdictOf } from "@bulkhead/testkit/figures/rows";
import { median, quantile } from "@bulkhead/testkit/figures/stats";
import { short, tableText } from "@bulkhead/testkit/figures/table";
import { expect, test } from "vitest";
import { readOptions } from "./options.ts";
import { sourcePerBucket } from "./prober.ts";
import { foreignClients } from "./ruleset.ts";

const row: Row = {
  figure: "filter",
  what: "single affinity",
  unit: "k copies/s",
  statistic: "median",
  ours: [80, 90, 100],
  against: { name: "plain drop", values: [100, 101, 99] },
  judged: "ratio",
  goal: { atLeast: 0.85 },
  bound: { atLeast: 0.75 },
  note: "16 hosts",
};

test("percentiles are values that were measured", () => {
  const thirty = Array.from({ length: 30 }, (_, index) => index + 1);
  expect([quantile(thirty, 0.5), quantile(thirty, 0.99), quantile(thirty, 0)]).toEqual([15, 30, 1]);
  expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
  expect(() => median([])).toThrow(RangeError);
});

test("a row is judged by its goal first, then by its bound", () => {
  expect(valueOf({ ...row, ours: [80, 90, 100], against: { name: "", values: [100, 100, 200] } })).toBe(0.8);
  expect(valueOf({ ...row, statistic: "max" })).toBeCloseTo(100 / 101);
  const withOurs = (ours: number): Row => ({ ...row, ours: [ours], against: { name: "", values: [100] } });
  expect([90, 80, 70].map((ours) => verdictOf(withOurs(ours)))).toEqual(["goal", "bound", "worse"]);
  expect(verdictOf({ ...row, goal: { atMost: 0.85 }, bound: { atMost: 0.95 } })).toBe("bound");
  expect(verdictOf({ ...row, goal: null })).toBe("told");
});

test("no fault on either side is as good as the other; one on ours alone is not", () => {
  const calm: Row = {
    ...row,
    statistic: "sum",
    ours: [0],
    against: { name: "keepalived", values: [0] },
    goal: { atMost: 1 },
    bound: null,
  };
  expect(verdictOf(calm)).toBe("goal");
  expect(verdictOf({ ...calm, ours: [1] })).toBe("worse");
});

test("the table holds every number that is judged", () => {
  const [, , line = "", , note] = tableText([row]).split("\n");
  for (const text of [
    "90 (80-100)",
    "plain drop: 100 (99-101)",
    "0.891x",
    ">= 0.85x",
    ">= 0.75x",
    "goal reached",
  ])
    expect(line).toContain(text);
  expect(note).toBe("filter: 16 hosts");
  expect([0.123456, 12_345.6, 1234, 3].map(short)).toEqual(["0.123", "12.3 k", "1234", "3"]);
});

test("every bucket has a source that falls into it", () => {
  const addresses = Array.from({ length: 16 }, (_, index) => `10.40.0.${200 + index}`);
  const sources = sourcePerBucket(addresses, 0x5eed);
  expect(sources).toHaveLength(BUCKET_COUNT);
  const wrong = sources.filter((source, bucket) => bucketOf("none", source, 0x5eed) !== bucket);
  expect(wrong).toEqual([]);
});

test("the clients of the filter figure are many, and none of them is the host's own", () => {
  const clients = foreignClients(4096);
  expect(new Set(clients.map(({ address, port }) => `${address} ${port}`)).size).toBe(4096);
  const own = clients.filter((client) => bucketOf("single", client, 0x5eed) % 32 === 4);
  expect(own).toEqual([]);
});

test("what is asked for must make sense", () => {
  const figures = [{ name: "filter", title: "", needs: [], run: () => Promise.resolve([]) }];
  expect(readOptions(["--quick"], figures)).toMatchObject({ only: ["filter"], minutes: 1, inside: null });
  expect(() => readOptions(["--only", "speed"], figures)).toThrow(/no figure "speed"/);
  expect(() => readOptions(["--minutes", "0"], figures)).toThrow(/above 0/);
});
