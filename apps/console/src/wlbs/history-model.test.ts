/** The history must tell who came and who went. */
import { expect, test } from "vitest";
import { type Convergence, durationWidth, historyRows } from "./history-model.ts";

const record = (epoch: string, members: number[], patch: Partial<Convergence> = {}): Convergence => ({
  epoch,
  cause: "new-member",
  text: "",
  initiator: 1,
  startedAt: 1_000,
  endedAt: 1_400,
  members,
  seenBy: [],
  ...patch,
});

test("each convergence is compared with the one before it", () => {
  const rows = historyRows([
    record("3.1", [1, 3]),
    record("2.1", [1, 2]),
    record("1.1", [1], { endedAt: null }),
  ]);
  expect(rows.map(({ joined, left, durationMs }) => ({ joined, left, durationMs }))).toEqual([
    { joined: [3], left: [2], durationMs: 400 },
    { joined: [2], left: [], durationMs: 400 },
    { joined: [], left: [], durationMs: null },
  ]);
});

test("the two sides of a partition are compared each with its own past", () => {
  const rows = historyRows([record("4.3", [3]), record("4.1", [1, 2]), record("3.1", [1, 2, 3])]);
  expect(rows.map(({ left }) => left)).toEqual([[1, 2], [3], []]);
});

test("only the newest one can be going on", () => {
  const open = { endedAt: null };
  const rows = historyRows([record("3.1", [1], open), record("2.1", [1], open), record("1.1", [1])]);
  expect(rows.map(({ isSuperseded }) => isSuperseded)).toEqual([false, true, false]);
});

test("bars grow by decades and end at the edge", () => {
  expect([0, 100, 1_000, 10_000, 1e9].map(durationWidth)).toEqual([8, 8, 39, 69, 100]);
});
