/** Orders and the history: a restart in place is no failover, and an order that has ended explains nothing that comes later. */
import { expect, it } from "vitest";
import type { MscsAct, MscsOrder } from "./acts.ts";
import { emptyHistory, type FailoverHistory, failoversOf, stepHistory } from "./history.ts";
import { sampleGroupView, sampleResourceView, sampleView } from "./sample.ts";
import type { ClusterView, GroupView } from "./view.ts";

const actOf = (order: Partial<MscsOrder>, startedAt: number, endedAt: number | null): MscsAct => ({
  id: "a1",
  order: {
    verb: "move",
    object: { kind: "group", name: "sql" },
    to: null,
    mode: null,
    deadlineS: null,
    ...order,
  },
  by: "anna",
  state: endedAt === null ? "running" : "done",
  startedAt,
  deadlineAt: startedAt + 60_000,
  endedAt,
  steps: [],
  message: "",
});

const group = (state: GroupView["state"], owner: string | null, isOrderedOffline = false): ClusterView =>
  sampleView({
    groups: [
      sampleGroupView({
        state,
        owner,
        since: null,
        isOrderedOffline,
        resources: [
          sampleResourceView({ state: state === "partial" ? "failed" : state, owner, isOrderedOffline }),
        ],
      }),
    ],
  });

/** [time, view] one after the other, while `acts` are known. */
function seen(views: readonly (readonly [number, ClusterView])[], acts: readonly MscsAct[]): FailoverHistory {
  return views.reduce(
    (history, [at, view]) => stepHistory(history, { kind: "view", at, view, policy: null, acts }),
    emptyHistory,
  );
}

/** What an order to restart holds in its place meanwhile. */
const pinned = (view: ClusterView): ClusterView => ({
  ...view,
  groups: view.groups.map((item) => ({ ...item, isPinned: true })),
});

const restart = [
  [10_000, group("online", "db-2")],
  [11_000, pinned(group("pending", "db-2", true))],
  [12_000, pinned(group("offline", null, true))],
  // A busy machine: what takes 200 ms elsewhere.
  [18_000, pinned(group("offline", null, true))],
  [19_500, pinned(group("pending", "db-2"))],
  [21_000, group("online", "db-2")],
] as const;
const stopped = [
  [10_000, group("online", "db-2")],
  [11_000, group("pending", "db-2", true)],
  [12_000, group("offline", null, true)],
] as const;

it.each([
  ["the node that carries it out", [actOf({ verb: "restart" }, 10_500, 21_000)]],
  ["the other node, which does not know of it", []],
])("tells nothing of a restart in place: %s", (_, acts) => {
  expect(failoversOf(seen(restart, acts))).toEqual([]);
  expect(failoversOf(seen(restart.slice(0, 3), acts))).toEqual([]);
});

it.each([
  ["the node that carries both out", [actOf({ verb: "restart" }, 10_300, 15_000)]],
  ["a node that knows of the move only", []],
])("tells a move, and nothing of the restart in place that follows at once: %s", (_, restarts) => {
  const acts = [actOf({ verb: "move", to: "db-2" }, 8_500, 10_000), ...restarts];
  const views = [
    [8_000, group("online", "db-1")],
    [9_000, group("pending", "db-1")],
    [10_100, group("online", "db-2")],
    [10_500, pinned(group("pending", "db-2", true))],
    [11_000, pinned(group("offline", null, true))],
    [14_000, pinned(group("pending", "db-2"))],
    [15_000, group("online", "db-2")],
  ] as const;
  expect(failoversOf(seen(views, acts))).toMatchObject([{ cause: "move", from: "db-1", to: "db-2" }]);
});

it.each(["fail", "clear", "restart", "offline"] as const)(
  "tells nothing of a resource that is away for a moment by %s",
  (verb) => {
    const acts = [actOf({ verb, object: { kind: "resource", name: "sql/ip" } }, 10_500, 12_500)];
    const views = [
      [10_000, group("online", "db-1")],
      [11_000, group("partial", "db-1")],
      [13_000, group("online", "db-1")],
    ] as const;
    expect(failoversOf(seen(views, acts))).toEqual([]);
  },
);

it("tells that a group stays offline by order, once nobody brings it online again", () => {
  const views = [...stopped, [15_000, group("offline", null, true)]] as const;
  expect(failoversOf(seen(views, []))).toMatchObject([
    { cause: "offline-ordered", from: "db-2", to: null, outcome: "offline", endedAt: 12_000 },
  ]);
  const offline = [actOf({ verb: "offline" }, 10_500, 12_000)];
  expect(failoversOf(seen(stopped, offline))).toMatchObject([{ by: "anna", outcome: "offline" }]);
});

it("does not explain a change by a move that had ended before", () => {
  const acts = [actOf({ verb: "move", to: "db-2" }, 9_000, 10_000)];
  const views = [
    [9_500, group("online", "db-1")],
    [10_000, group("online", "db-2")],
    [15_000, group("online", "db-2")],
    [16_000, group("pending", "db-2")],
    [17_000, group("online", "db-1")],
  ] as const;
  const [later, move] = failoversOf(seen(views, acts));
  expect(move).toMatchObject({ cause: "move", by: "anna", from: "db-1", to: "db-2" });
  expect(later).toMatchObject({ cause: "unknown", from: "db-2", to: "db-1" });
});

it("does not explain a failover by failures that were forgotten before it, but a return from being failed", () => {
  const clear = actOf({ verb: "clear", object: { kind: "pair", name: "data" } }, 9_000, 9_500);
  const leaving = [
    [10_000, group("online", "db-1")],
    [12_000, group("online", "db-2")],
  ] as const;
  expect(failoversOf(seen(leaving, [clear]))).toMatchObject([{ cause: "unknown" }]);
  const returning = [
    [8_000, group("failed", null)],
    [12_000, group("online", "db-2")],
  ] as const;
  expect(failoversOf(seen(returning, [clear]))).toMatchObject([{ cause: "online-ordered", by: "anna" }]);
});

it("does not explain a failover by a pause that keeps the groups", () => {
  const pause = { verb: "pause", mode: "keep", object: { kind: "node", name: "db-1" } } as const;
  const views = [
    [10_000, group("online", "db-1")],
    [12_000, group("online", "db-2")],
  ] as const;
  expect(failoversOf(seen(views, [actOf(pause, 9_500, 9_700)]))).toMatchObject([{ cause: "unknown" }]);
  const drain = actOf({ ...pause, mode: "drain" }, 9_500, null);
  expect(failoversOf(seen(views, [drain]))).toMatchObject([{ cause: "pause", by: "anna" }]);
});
