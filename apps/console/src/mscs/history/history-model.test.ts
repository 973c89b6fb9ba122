/** What the history page tells must follow from the records, and never claim more. */
import { type FailoverRecord, sampleGroup, sampleGroupView, sampleView } from "@bulkhead/core/mscs";
import { expect, test } from "vitest";
import { samplePairSnapshot } from "../sample-pair.ts";
import { mergedHistory, ownershipSpans, summaryOf, wayOf, windowFor } from "./history-model.ts";

const record = (change: Partial<FailoverRecord>): FailoverRecord => ({
  id: "sql 100",
  group: "sql",
  cause: "node-lost",
  detail: "db-1 was lost",
  from: "db-1",
  to: "db-2",
  startedAt: 100,
  endedAt: 140,
  outcome: "online",
  steps: [],
  ...change,
});

test("the live picture of a failover replaces the stored one", () => {
  const merged = mergedHistory(
    [record({ outcome: "online" })],
    [record({ outcome: "running", endedAt: null }), record({ id: "sql 50", startedAt: 50 })],
  );
  expect(merged.map(({ id, outcome }) => [id, outcome])).toEqual([
    ["sql 100", "online"],
    ["sql 50", "online"],
  ]);
});

test("ownership is what the records say, between them and at both ends", () => {
  const pair = samplePairSnapshot({
    groups: [sampleGroup()],
    view: sampleView({ groups: [sampleGroupView({ owner: "db-2" })] }),
  });
  const spans = ownershipSpans(pair, [record({})], [0, 200]);
  expect(spans.map(({ node, kind, from, to }) => [node, kind, from, to])).toEqual([
    ["db-1", "owned", 0, 100],
    ["db-2", "moving", 100, 140],
    ["db-2", "owned", 140, 200],
  ]);
});

test("a failover that goes on has no owner after it; a group offline runs nowhere", () => {
  const pair = samplePairSnapshot({ groups: [sampleGroup()], view: sampleView({ groups: [] }) });
  const running = ownershipSpans(pair, [record({ endedAt: null, outcome: "running" })], [0, 200]);
  expect(running.at(-1)).toMatchObject({ kind: "moving", to: 200 });
  const offline = ownershipSpans(pair, [record({ to: null, outcome: "offline" })], [0, 200]);
  expect(offline.at(-1)).toMatchObject({ kind: "nowhere", node: null });
});

test("the median is over what ended well", () => {
  const rows = [
    record({}),
    record({ id: "b", endedAt: 400, cause: "move" }),
    record({ id: "c", endedAt: 900, outcome: "failed" }),
  ];
  expect(summaryOf(rows)).toEqual({ all: 3, unasked: 2, medianMs: 40 });
});

test("the chart begins with the shortest window in which something happened", () => {
  const now = 100 * 86_400_000;
  const ago = (ms: number) => [{ startedAt: now - 90 * 86_400_000 }, { startedAt: now - ms }];
  expect(windowFor(ago(60_000), now)).toBe(3_600_000);
  expect(windowFor(ago(3_700_000), now)).toBe(86_400_000);
  expect(windowFor(ago(3 * 86_400_000), now)).toBe(7 * 86_400_000);
  expect(windowFor(ago(60 * 86_400_000), now)).toBe(86_400_000);
  expect(windowFor([], now)).toBe(86_400_000);
});

test("a failover that goes on is not said to end nowhere", () => {
  expect(wayOf({ from: "db-2", to: null, endedAt: null })).toEqual({ from: "db-2", to: "not known yet" });
  expect(wayOf({ from: null, to: null, endedAt: 1 })).toEqual({ from: "nowhere", to: "nowhere" });
});
