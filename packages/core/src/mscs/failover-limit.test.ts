/** The failover limit: what counts, within which time, and when a group is to be taken offline. */
import { expect, it } from "vitest";
import { failoversCounted, groupsOverLimit, withFailoverCounts } from "./failover-limit.ts";
import type { FailoverRecord } from "./failovers.ts";
import { emptyHistory } from "./history.ts";
import { sampleGroup, sampleGroupView, samplePair, sampleView } from "./sample.ts";

const hour = 3_600_000;
const now = 100 * hour;
const record = (change: Partial<FailoverRecord> = {}): FailoverRecord => ({
  id: "sql@1",
  group: "sql",
  cause: "node-lost",
  detail: "",
  from: "db-1",
  to: "db-2",
  startedAt: now - hour,
  endedAt: now - hour + 3000,
  outcome: "online",
  steps: [],
  ...change,
});
const group = sampleGroup({ failover: { threshold: 2, periodHours: 6 } });
const policy = samplePair({ groups: [group] });

it("counts what the engine did because something was wrong, and nothing else", () => {
  const causes = ["node-lost", "node-fenced", "resource-failed"] as const;
  expect(
    failoversCounted(
      group,
      causes.map((cause) => record({ cause })),
      { now },
    ),
  ).toBe(3);
  for (const cause of [
    "move",
    "pause",
    "failback",
    "offline-ordered",
    "limit",
    "pair-start",
    "unknown",
  ] as const)
    expect(failoversCounted(group, [record({ cause })], { now })).toBe(0);
  expect(failoversCounted(group, [record({ group: "queue" })], { now })).toBe(0);
  expect(failoversCounted(group, [record({ from: null })], { now })).toBe(0);
  expect(failoversCounted(group, [record({ to: "db-1" })], { now })).toBe(0);
});

it("counts within the period, and from when the limit was lifted", () => {
  const records = [
    record(),
    record({ startedAt: now - 6 * hour }),
    record({ startedAt: now - 6 * hour - 1 }),
  ];
  expect(failoversCounted(group, records, { now })).toBe(2);
  expect(failoversCounted(group, records, { now, since: now - 2 * hour })).toBe(1);
});

const view = (count: number, change: Parameters<typeof sampleGroupView>[0] = {}) => {
  const records = Array.from({ length: count }, (_, index) => record({ id: `sql@${index}` }));
  const seen = sampleView({ groups: [sampleGroupView(change)] });
  return withFailoverCounts(seen, policy, { history: { ...emptyHistory, records }, now });
};

it("allows the number of its limit, and holds the group at the next one", () => {
  expect(groupsOverLimit(policy, view(2))).toEqual([]);
  expect(groupsOverLimit(policy, view(3))).toEqual([{ group: "sql", count: 3 }]);
});

it("does not take offline what is held or offline by order already, nor in maintenance, nor blindly", () => {
  expect(groupsOverLimit(policy, view(3, { failovers: { count: 0, isHalted: true } }))).toEqual([]);
  expect(groupsOverLimit(policy, view(3, { isOrderedOffline: true }))).toEqual([]);
  expect(groupsOverLimit(policy, { ...view(3), isMaintenance: true })).toEqual([]);
  expect(groupsOverLimit(policy, { ...view(3), engineBlind: "no answer" })).toEqual([]);
});

it("counts nothing for a group that nobody has a policy for", () => {
  const seen = sampleView({ groups: [sampleGroupView({ name: "theirs", failovers: null })] });
  const counted = withFailoverCounts(seen, policy, {
    history: { ...emptyHistory, records: [record()] },
    now,
  });
  expect(counted.groups[0]?.failovers).toBeNull();
});
