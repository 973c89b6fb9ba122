/** What explains a change of owner that nobody ordered: a node's return, a new policy; and not failures that are older. */
import { expect, it } from "vitest";
import type { AlertEvent } from "./alerts.ts";
import { emptyHistory, type FailoverHistory, failoversOf, stepHistory } from "./history.ts";
import { mergeFailovers } from "./history-merge.ts";
import { sampleGroupView, samplePair, sampleResourceView, sampleView } from "./sample.ts";
import type { ClusterView, NodeState } from "./view.ts";

interface Moment {
  owner: string | null;
  /** State of db-1; db-2 is up. */
  first?: NodeState;
  hasQuorum?: boolean;
  failCount?: number;
}

function view({ owner, first = "up", hasQuorum = true, failCount = 0 }: Moment): ClusterView {
  const state = owner === null ? "offline" : "online";
  const failure = failCount === 0 ? null : "Bringing it online failed on db-2 an hour ago";
  const resource = sampleResourceView({ state, owner, failCount, lastFailure: failure });
  return sampleView({
    hasQuorum,
    nodes: [
      { name: "db-1", state: first, pause: null },
      { name: "db-2", state: "up", pause: null },
    ],
    groups: [sampleGroupView({ state, owner, since: owner === null ? 10 : 20, resources: [resource] })],
  });
}

const seen = (moments: readonly (readonly [number, Moment])[]): FailoverHistory =>
  moments.reduce(
    (history, [at, moment]) =>
      stepHistory(history, { kind: "view", at, view: view(moment), policy: null, acts: [] }),
    emptyHistory,
  );

it("says of a group that waited for its node that the node is back", () => {
  const [back, lost] = failoversOf(
    seen([
      [10_000, { owner: "db-1" }],
      [12_000, { owner: null, first: "down" }],
      [20_000, { owner: null, first: "down" }],
      [24_000, { owner: null, first: "joining" }],
      [26_000, { owner: null }],
      [27_000, { owner: "db-1" }],
    ]),
  );
  expect(lost).toMatchObject({ cause: "node-lost", from: "db-1", to: null });
  expect(back).toMatchObject({ cause: "pair-start", from: null, to: "db-1" });
  expect(back?.detail).toBe("db-1 is back, and it may run there");
});

it("does not say so long after the node has come back, nor of the other node", () => {
  const waiting = [
    [10_000, { owner: "db-1" }],
    [12_000, { owner: null, first: "down" }],
    [20_000, { owner: null, first: "down" }],
  ] as const;
  const late = seen([...waiting, [24_000, { owner: null }], [90_000, { owner: "db-1" }]]);
  const other = seen([...waiting, [24_000, { owner: null }], [25_000, { owner: "db-2" }]]);
  for (const history of [late, other]) expect(failoversOf(history)[0]).toMatchObject({ cause: "unknown" });
});

it("does not take failures for new that a node without quorum learns of when it joins", () => {
  const failed = { failCount: 1_000_000 };
  const joined = seen([
    [10_000, { owner: "db-1" }],
    [12_000, { owner: null, hasQuorum: false }],
    [14_000, { owner: null, ...failed }],
    [20_000, { owner: "db-2", ...failed }],
  ]);
  expect(failoversOf(joined)[0]?.detail).not.toContain("an hour ago");
  const risen = seen([
    [10_000, { owner: "db-1" }],
    [14_000, { owner: null, ...failed }],
    [15_000, { owner: "db-2", ...failed }],
  ]);
  expect(failoversOf(risen)).toMatchObject([{ cause: "resource-failed", from: "db-1", to: "db-2" }]);
});

it("calls a move by a new policy that, and a move long after it a move by somebody", () => {
  const before = samplePair({ tokenMs: 1000 });
  const after = samplePair({ tokenMs: 2000 });
  const told = (movedAt: number) =>
    [
      { at: 10_000, policy: before, owner: "db-1", cibEpoch: "0.7.1" },
      { at: 20_000, policy: after, owner: "db-1", cibEpoch: "0.7.2" },
      { at: movedAt, policy: after, owner: "db-2", cibEpoch: "0.8.0" },
    ].reduce((history, { at, policy, owner, cibEpoch }) => {
      const event = { kind: "view", at, view: { ...view({ owner }), cibEpoch }, policy, acts: [] } as const;
      return stepHistory(history, event);
    }, emptyHistory);
  expect(failoversOf(told(35_000))).toMatchObject([{ cause: "policy", from: "db-1", to: "db-2" }]);
  expect(failoversOf(told(95_000))).toMatchObject([{ cause: "move" }]);
});

it("says of a group that had failed everywhere that it was tried again", () => {
  const [again, failed] = failoversOf(
    seen([
      [10_000, { owner: "db-1" }],
      [11_000, { owner: null, failCount: 1 }],
      [20_000, { owner: null, failCount: 1 }],
      [90_000, { owner: null }],
      [91_000, { owner: "db-1" }],
    ]),
  );
  expect(failed).toMatchObject({ cause: "resource-failed", from: "db-1", to: null });
  expect(again).toMatchObject({ cause: "resource-failed", from: null, to: "db-1" });
  expect(again?.detail).toBe("It had failed, and was tried again");
});

const started = (at: number, sequence: number): AlertEvent => ({
  kind: "resource",
  node: "db-2",
  resource: "other.ip",
  task: "start",
  sequence,
  at,
  rc: 0,
  status: 0,
  text: "ok",
});

/** The last alert before and the first one after two minutes of which nobody knows anything. */
function afterPause(before: number, after: number): FailoverHistory {
  const first = stepHistory(emptyHistory, { kind: "alert", alert: started(9_000, before) });
  const look = (history: FailoverHistory, at: number, moment: Moment) =>
    stepHistory(history, { kind: "view", at, view: view(moment), policy: null, acts: [] });
  const at = stepHistory(look(first, 10_000, { owner: "db-1" }), {
    kind: "alert",
    alert: started(130_000, after),
  });
  return look(look(at, 130_100, { owner: null }), 131_000, { owner: "db-2" });
}

it("says of a group that is elsewhere after a start of the engine that it has started", () => {
  expect(failoversOf(afterPause(20, 1))).toMatchObject([{ cause: "pair-start", from: "db-1", to: "db-2" }]);
  expect(failoversOf(afterPause(1, 1))).toMatchObject([{ cause: "pair-start" }]);
  expect(failoversOf(afterPause(20, 21))).toMatchObject([{ cause: "unknown" }]);
});

it("believes the node that has seen it more than the one whose engine had been away", () => {
  const [away] = failoversOf(afterPause(20, 1));
  const saw = { ...away!, cause: "node-lost" as const, detail: "db-1 was lost", steps: [] };
  expect(mergeFailovers([away!], [saw])).toMatchObject([{ cause: "node-lost", detail: "db-1 was lost" }]);
});
