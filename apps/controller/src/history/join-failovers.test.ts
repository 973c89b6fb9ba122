import type { FailoverRecord } from "@bulkhead/core/mscs";
import { expect, it } from "vitest";
import { joinFailovers } from "./join-failovers.ts";

function record(change: Partial<FailoverRecord>): FailoverRecord {
  return {
    id: "sql 100000",
    group: "sql",
    cause: "node-lost",
    detail: "db-1 was lost",
    from: "db-1",
    to: "db-2",
    startedAt: 100_000,
    endedAt: 103_000,
    outcome: "online",
    steps: [],
    ...change,
  };
}

it("keeps the name under which a failover became known, however often another one is told", () => {
  const known = [record({ id: "sql 100900", startedAt: 100_900 })];
  const reported = [record({ cause: "node-fenced" })];
  const once = joinFailovers(known, reported);
  expect(once.map(({ id }) => id)).toEqual(["sql 100900"]);
  expect(once[0]?.startedAt).toBe(100_000);
  expect(joinFailovers(once, reported)).toEqual(once);
});

it("takes what is new, newest first", () => {
  const next = record({ id: "sql 900000", startedAt: 900_000, endedAt: null, outcome: "running" });
  expect(joinFailovers([record({})], [next]).map(({ id }) => id)).toEqual(["sql 900000", "sql 100000"]);
});
