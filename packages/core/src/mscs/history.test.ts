/** Stories recorded on a real pair (Pacemaker 2.1.5), told by both nodes; and rules that hold for every course of views. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { MscsAct } from "./acts.ts";
import { type AlertEvent, readAlertLine } from "./alerts.ts";
import type { FailoverRecord } from "./failovers.ts";
import { emptyHistory, type FailoverHistory, failoversKept, failoversOf, stepHistory } from "./history.ts";
import { mergeFailovers } from "./history-merge.ts";
import { sampleGroup, sampleGroupView, samplePair, sampleResourceView, sampleView } from "./sample.ts";
import type { ClusterView } from "./view.ts";

interface Told {
  views: { at: number; view: ClusterView }[];
  alerts: string[];
}
interface Story {
  nodes: { n1: Told; n2: Told };
}

const story = (name: string): Story =>
  JSON.parse(readFileSync(new URL(`testdata/story-${name}.json`, import.meta.url), "utf8")) as Story;

/** What a node would tell at the end; `acts`: orders that it carries out. An alert makes it look again. */
function tell({ views, alerts }: Told, acts: readonly MscsAct[] = []): FailoverRecord[] {
  const told = alerts.flatMap((line) => readAlertLine(line) ?? []);
  const events = [
    ...views.map(({ at, view }) => ({ at, view, alert: null })),
    ...told.map((alert) => ({ at: alert.at + 50, view: null, alert })),
  ].sort((a, b) => a.at - b.at);
  let history = emptyHistory;
  let last: ClusterView | null = null;
  const look = (at: number, view: ClusterView) => {
    history = stepHistory(history, { kind: "view", at, view, policy: null, acts });
  };
  for (const { at, view, alert } of events) {
    if (alert !== null) history = stepHistory(history, { kind: "alert", alert: alert as AlertEvent });
    last = view ?? last;
    if (last !== null) look(at, last);
  }
  if (last !== null) look((events.at(-1)?.at ?? 0) + 6000, last);
  return failoversOf(history);
}

const both = (name: string) => {
  const { n1, n2 } = story(name).nodes;
  return mergeFailovers(tell(n1), tell(n2));
};
const steps = (record: FailoverRecord | undefined) =>
  record?.steps.map(({ node, text }) => `${node ?? "pair"}: ${text}`);

it("tells the loss of a node: cause, who fenced it, steps in order, and how long it took", () => {
  const [record, ...others] = both("node-lost");
  expect(others).toEqual([]);
  expect(record).toMatchObject({
    group: "sql",
    cause: "node-lost",
    detail: "n1 was lost and fenced by n2",
    from: "n1",
    to: "n2",
    outcome: "online",
  });
  expect(steps(record)).toEqual([
    "n1: Lost: it is heard no more",
    "n1: Fenced by n2",
    "n2: ip is online",
    "n2: app is online",
  ]);
  expect(record!.endedAt! - record!.startedAt).toBe(1156);
});

it("gives a frozen node's failover one record, though it wakes up and sees the end only", () => {
  const { n1, n2 } = story("freeze").nodes;
  const [late] = tell(n1);
  const [seen] = tell(n2);
  expect(late?.id).toBe(seen?.id);
  expect(both("freeze")).toMatchObject([{ id: seen?.id, cause: "node-lost", from: "n1", to: "n2" }]);
});

it("keeps quiet about restarts in place, and tells the failure that moved the group", () => {
  const merged = both("app-kill");
  expect(merged).toHaveLength(1);
  expect(merged[0]).toMatchObject({ cause: "resource-failed", from: "n2", to: "n1", outcome: "online" });
  expect(merged[0]?.detail).toBe("app failed its check on n2: not running");
  expect(steps(merged[0])).toEqual([
    "n2: app failed its check: not running",
    "n2: app is offline",
    "n2: ip is offline",
    "n1: ip is online",
    "n1: app is online",
  ]);
});

it("tells a pause that drains", () => {
  expect(both("standby")).toMatchObject([{ cause: "pause", from: "n1", to: "n2", outcome: "online" }]);
});

it("tells going offline by order and coming back as two", () => {
  expect(both("offline")).toMatchObject([
    { cause: "online-ordered", from: null, to: "n1", outcome: "online" },
    { cause: "offline-ordered", from: "n1", to: null, outcome: "offline" },
  ]);
});

it("tells the loss of the quorum, and what comes when it is back", () => {
  const merged = both("quorum-lost");
  expect(merged.filter(({ group }) => group === "sql")).toMatchObject([
    { cause: "pair-start", from: null, to: "n1", outcome: "online" },
    { cause: "quorum-lost", from: "n1", to: null, outcome: "offline" },
  ]);
  expect(merged.filter(({ group }) => group === "queue")).toMatchObject([
    { cause: "node-lost", from: "n2", to: "n1", outcome: "online" },
  ]);
});

it("does not call a node lost for the groups of the other side while it has no quorum itself", () => {
  const merged = both("fence-fails");
  expect(merged).toMatchObject([
    { group: "sql", cause: "node-lost", from: "n1", to: "n2", outcome: "online" },
  ]);
  expect(steps(merged[0])).toContain("n1: Fencing it by n2 failed");
});

const act: MscsAct = {
  id: "a1",
  order: { verb: "move", object: { kind: "group", name: "sql" }, to: "n2", mode: null, deadlineS: null },
  by: "anna",
  state: "running",
  startedAt: 1795402272906,
  deadlineAt: 1795402392906,
  endedAt: null,
  steps: [],
  message: "",
};

it("tells who ordered a move, also to the node that did not carry it out", () => {
  const { n1, n2 } = story("move").nodes;
  expect(tell(n1)[0]).toMatchObject({ cause: "unknown" });
  const [merged, ...others] = mergeFailovers(tell(n1), tell(n2, [act]));
  expect(others).toEqual([]);
  expect(merged).toMatchObject({ cause: "move", by: "anna", detail: "It was moved to n2, ordered by anna" });
});

it("shows a failover while it goes on, and not before it is one", () => {
  const view = (change: Parameters<typeof sampleGroupView>[0], rest: Partial<ClusterView> = {}) =>
    sampleView({ groups: [sampleGroupView({ since: 5000, ...change })], ...rest });
  const see = (history: FailoverHistory, at: number, seen: ClusterView) =>
    stepHistory(history, { kind: "view", at, view: seen, policy: null, acts: [] });
  const before = see(emptyHistory, 10_000, view({}));
  const failing = see(before, 11_000, view({ state: "failed" }));
  expect(failoversOf(failing)).toEqual([]);
  const nodes = [
    { name: "db-1", state: "unclean" as const, pause: null },
    { name: "db-2", state: "up" as const, pause: null },
  ];
  const lost = see(before, 11_000, view({ state: "unknown", owner: null }, { nodes }));
  expect(failoversOf(lost)).toMatchObject([{ id: "sql@5000", outcome: "running", endedAt: null, to: null }]);
  const blind = see(lost, 12_000, { ...view({}), engineBlind: "no answer" });
  expect(failoversOf(blind)).toEqual(failoversOf(lost));
});

it("tells going back to the preferred owner, where the policy allows it", () => {
  const policy = samplePair({ groups: [sampleGroup({ failback: { allow: true, windowHours: null } })] });
  const at = (owner: string, since: number) => sampleView({ groups: [sampleGroupView({ owner, since })] });
  const first = stepHistory(emptyHistory, { kind: "view", at: 1, view: at("db-2", 1), policy, acts: [] });
  const next = stepHistory(first, { kind: "view", at: 2, view: at("db-1", 2), policy, acts: [] });
  expect(failoversOf(next)).toMatchObject([{ cause: "failback", from: "db-2", to: "db-1" }]);
});

/** A small generator with a seed, so that a failure can be repeated. */
function dice(seed: number): (sides: number) => number {
  let state = seed + 1;
  return (sides) => {
    state = (state * 48271) % 2147483647;
    return state % sides;
  };
}

function randomView(roll: (sides: number) => number, since: number): ClusterView {
  const states = ["online", "offline", "failed", "partial", "pending", "unknown"] as const;
  const state = roll(3) === 0 ? states[roll(states.length)]! : "online";
  const owner = state === "offline" || state === "unknown" ? null : `db-${roll(2) + 1}`;
  const resource = sampleResourceView({ state: state === "partial" ? "online" : state, owner });
  return sampleView({
    dc: roll(12) === 0 ? null : "db-1",
    hasQuorum: roll(8) !== 0,
    nodes: ["db-1", "db-2"].map((name) => ({
      name,
      state: (["up", "up", "up", "down", "unclean"] as const)[roll(5)]!,
      pause: null,
    })),
    groups: [
      sampleGroupView({ state, owner, since, isOrderedOffline: roll(10) === 0, resources: [resource] }),
    ],
  });
}

/** What is wrong with the records at that time; empty = nothing. */
function faultsOf(
  records: readonly FailoverRecord[],
  at: number,
  owners: ReadonlySet<string | null>,
): string[] {
  const isSorted = ({ steps: all }: FailoverRecord) =>
    all.every((step, index) => index === 0 || step.at >= (all[index - 1]?.at ?? 0));
  const promises: [string, boolean][] = [
    ["bounded", records.length <= failoversKept],
    ["each id once", new Set(records.map(({ id }) => id)).size === records.length],
    ["ends after it began", records.every((record) => (record.endedAt ?? at) >= record.startedAt)],
    [
      "runs until it ends",
      records.every(({ outcome, endedAt }) => (outcome === "running") === (endedAt === null)),
    ],
    ["online somewhere", records.every(({ outcome, to }) => (outcome === "online") === (to !== null))],
    ["real owners", records.every(({ from, to }) => owners.has(from) && owners.has(to))],
    ["steps in order", records.every(isSorted)],
  ];
  return promises.filter(([, holds]) => !holds).map(([name]) => name);
}

it("holds its promises for every course of views", () => {
  for (let seed = 0; seed < 60; seed += 1) {
    const roll = dice(seed);
    const owners = new Set<string | null>([null]);
    const faults: string[] = [];
    let history = emptyHistory;
    for (let at = 1000; at < 150_000; at += 500 + roll(3000)) {
      const view = randomView(roll, Math.floor(at / 1000) * 1000);
      owners.add(view.groups[0]!.owner);
      history = stepHistory(history, { kind: "view", at, view, policy: null, acts: [] });
      faults.push(...faultsOf(failoversOf(history), at, owners));
    }
    expect({ seed, faults }).toEqual({ seed, faults: [] });
    // What is kept on the disk is what comes back.
    const kept = JSON.parse(JSON.stringify(history)) as FailoverHistory;
    expect(failoversOf(kept)).toEqual(failoversOf(history));
    expect(mergeFailovers(history.records, history.records)).toHaveLength(history.records.length);
  }
});

it("merges in either order to the same", () => {
  for (const name of [
    "node-lost",
    "freeze",
    "app-kill",
    "offline",
    "standby",
    "quorum-lost",
    "fence-fails",
    "move",
  ]) {
    const { n1, n2 } = story(name).nodes;
    expect(mergeFailovers(tell(n1), tell(n2))).toEqual(mergeFailovers(tell(n2), tell(n1)));
  }
});

const runsOn = (owner: string | null, since: number | null = null) =>
  sampleView({
    groups: [
      sampleGroupView({
        owner,
        since,
        state: owner === null ? "offline" : "online",
        resources: [sampleResourceView({ owner, state: owner === null ? "offline" : "online" })],
      }),
    ],
  });

it("leaves out of a departure how the group had come, though the alert of that was late", () => {
  const told = (at: number, view: ClusterView) =>
    ({ kind: "view", at, view, policy: null, acts: [] }) as const;
  const ended = { sequence: 1, rc: 0, status: 0, text: "ok" };
  const start = { ...ended, kind: "resource", node: "db-1", resource: "sql.ip", task: "start" } as const;
  const away = {
    ...runsOn("db-2", 40),
    nodes: sampleView().nodes.map((node) =>
      node.name === "db-1" ? { ...node, state: "down" as const } : node,
    ),
  };
  let history = stepHistory(emptyHistory, told(10_000, runsOn("db-1", 10)));
  history = stepHistory(history, { kind: "alert", alert: { ...start, at: 10_100 } });
  history = stepHistory(history, told(40_000, away));
  const [record] = failoversOf(history);
  expect(record).toMatchObject({ from: "db-1", to: "db-2", startedAt: 40_000 });
});

it("calls the first time that a group ever ran a start of the pair", () => {
  let history = emptyHistory;
  for (const [at, view] of [
    [1000, sampleView({ groups: [] })],
    [2000, runsOn(null)],
    [3000, runsOn("db-1", 3)],
  ] as const)
    history = stepHistory(history, { kind: "view", at, view, policy: null, acts: [] });
  expect(failoversOf(history)).toMatchObject([{ from: null, to: "db-1", cause: "pair-start" }]);
});
