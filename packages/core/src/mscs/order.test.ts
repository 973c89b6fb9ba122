/** Orders to a pair: what is refused with which words, when one is done, and how long it may take. */
import { expect, it } from "vitest";
import type { MscsOrder } from "./acts.ts";
import { compileCib } from "./compile-cib.ts";
import { orderDeadlineS } from "./order-deadline.ts";
import { refuseOrder } from "./order-guard.ts";
import { resolveOrder, withDependencies } from "./order-objects.ts";
import {
  clearProgress,
  drainProgress,
  failureOutcome,
  failureSeen,
  moveProgress,
  offlineProgress,
  onlineProgress,
} from "./order-progress.ts";
import { sampleGroup, sampleGroupView, samplePair, sampleResourceView, sampleView } from "./sample.ts";
import type { MscsPolicy } from "./types.ts";
import type { ClusterView } from "./view.ts";

const policy = samplePair();
const group = sampleGroupView({
  resources: ["disk", "ip", "db"].map((name) => sampleResourceView({ name })),
});
const view = sampleView({ groups: [group] });

const order = (change: Partial<MscsOrder>): MscsOrder => ({
  verb: "move",
  object: { kind: "group", name: "sql" },
  to: null,
  mode: null,
  deadlineS: null,
  ...change,
});
const refused = (change: Partial<MscsOrder>, seen: ClusterView = view, wanted: MscsPolicy = policy) =>
  refuseOrder({ policy: wanted, view: seen, order: resolveOrder(wanted, seen, order(change)) });
const db = { kind: "resource", name: "sql/db" } as const;
const node = (name: string) => ({ kind: "node", name }) as const;

it("fills the gaps: the other node, the preferred owner, the first mode", () => {
  expect(resolveOrder(policy, view, order({}))).toMatchObject({ to: "db-2" });
  expect(resolveOrder(policy, view, order({ verb: "moveBack" }))).toMatchObject({ to: "db-1" });
  expect(resolveOrder(policy, view, order({ verb: "pause", object: node("db-1") }))).toMatchObject({
    mode: "keep",
  });
});

it.each<Partial<MscsOrder>>([
  {},
  { to: "db-2" },
  { verb: "online" },
  { verb: "offline", object: db },
  { verb: "fail", object: db },
  { verb: "pause", object: node("db-1"), mode: "drain" },
  { verb: "evict", object: node("db-2") },
  { verb: "maintenance", object: { kind: "pair", name: "data" } },
])("lets %o begin", (change) => {
  expect(refused(change)).toBeNull();
});

const paused = sampleView({
  groups: [group],
  nodes: [
    { name: "db-1", state: "up", pause: null },
    { name: "db-2", state: "paused", pause: "keep" },
  ],
});
const offline = sampleView({ groups: [sampleGroupView({ state: "offline", owner: null })] });
const failsBack = samplePair({
  groups: [sampleGroup({ failback: { allow: true, windowHours: null } })],
});
const barred = samplePair({
  groups: [
    sampleGroup({
      resources: sampleGroup().resources.map((item) => ({ ...item, possibleOwners: ["db-1"] })),
    }),
  ],
});
it.each<{ why: string; change: Partial<MscsOrder>; seen?: ClusterView; wanted?: MscsPolicy; says: RegExp }>([
  { why: "a node does not move", change: { object: node("db-1") }, says: /cannot be given to a node/ },
  { why: "no such group", change: { object: { kind: "group", name: "mail" } }, says: /has no group mail/ },
  { why: "no such node", change: { to: "db-9" }, says: /db-9 is no node/ },
  { why: "no such mode", change: { verb: "resume", object: node("db-1"), mode: "now" }, says: /no mode now/ },
  { why: "target paused", change: { to: "db-2" }, seen: paused, says: /db-2 is paused/ },
  { why: "offline, no target", change: {}, seen: offline, says: /not known where/ },
  { why: "offline", change: { to: "db-2" }, seen: offline, says: /online nowhere/ },
  { why: "fails back at once", change: {}, wanted: failsBack, says: /fails back at once/ },
  { why: "no possible owner", change: {}, wanted: barred, says: /may not run on db-2/ },
  { why: "blind", change: {}, seen: sampleView({ engineBlind: "gone" }), says: /does not answer/ },
  {
    why: "no quorum",
    change: {},
    seen: sampleView({ groups: [group], hasQuorum: false }),
    says: /no quorum/,
  },
  {
    why: "maintenance",
    change: {},
    seen: sampleView({ groups: [group], isMaintenance: true }),
    says: /maintenance/,
  },
  {
    why: "nobody left",
    change: { verb: "evict", object: node("db-1") },
    seen: paused,
    says: /cannot leave the pair/,
  },
  {
    why: "not ours",
    change: { verb: "rebuild", object: node("db-1") },
    wanted: samplePair({ engine: "adopted" }),
    says: /was adopted/,
  },
])("refuses with rule, object and cure: $why", ({ change, seen, wanted, says }) => {
  const refusal = refused(change, seen, wanted);
  expect(refusal?.message).toMatch(says);
  expect(refusal?.objects.at(-1)).toEqual({ kind: "mscs-cluster", name: "data" });
  expect(refusal?.cure).not.toBe("");
});

it("lets a node be rebuilt that came back after it was evicted: alone, and without a quorum", () => {
  const nodes = [
    { name: "db-1", state: "unclean" as const, pause: null },
    { name: "db-2", state: "up" as const, pause: null },
  ];
  const change: Partial<MscsOrder> = { verb: "rebuild", object: node("db-2") };
  expect(refused(change, sampleView({ nodes, hasQuorum: false }))).toBeNull();
  expect(refused(change, sampleView({ nodes }))?.message).toContain("cannot leave the pair");
});

const seen = (state: "online" | "failed" | "pending" | "offline", owner: string | null) =>
  sampleView({
    groups: [
      { ...group, state, owner, resources: group.resources.map((item) => ({ ...item, state, owner })) },
    ],
  });

it("sees a move, a start and a stop through", () => {
  const move = order({ to: "db-2" });
  expect(moveProgress(view, move).state).toBe("waiting");
  expect(moveProgress(seen("pending", "db-2"), move).state).toBe("waiting");
  expect(moveProgress(seen("online", "db-2"), move)).toEqual({
    state: "done",
    message: "Group sql is online on db-2",
  });
  expect(onlineProgress(seen("failed", null), order({ verb: "online" }))).toMatchObject({
    state: "failed",
    message: expect.stringContaining("disk failed"),
  });
  expect(offlineProgress(view, order({ verb: "offline" })).state).toBe("waiting");
  expect(offlineProgress(seen("offline", null), order({ verb: "offline", object: db })).state).toBe("done");
});

it("ends a move to a node where a resource has used up its restarts", () => {
  const move = order({ to: "db-2" });
  const failedOnTarget = (count: number, hard: "here" | null = null) => {
    const [disk, ...others] = group.resources;
    const failed = { ...disk!, failedOn: [{ node: "db-2", count, hard }], lastFailure: "no such device" };
    return sampleView({ groups: [{ ...group, resources: [failed, ...others] }] });
  };
  const own = { ...sampleGroup(), name: "sql" };
  const { threshold } = own.resources.find(({ name }) => name === "disk")!.restart;
  expect(moveProgress(failedOnTarget(threshold), move, own).state).toBe("waiting");
  expect(moveProgress(failedOnTarget(threshold + 1), move, own)).toMatchObject({
    state: "failed",
    message: expect.stringContaining("disk failed too often: no such device"),
  });
  expect(moveProgress(failedOnTarget(1, "here"), move, own).state).toBe("failed");
  expect(moveProgress(failedOnTarget(threshold + 1), order({ to: "db-1" }), own).state).toBe("done");
});

it("does not wait for a resource that was ordered offline", () => {
  const [disk, ip, last] = group.resources;
  const resources = [
    disk!,
    ip!,
    { ...last!, state: "offline" as const, owner: null, isOrderedOffline: true },
  ];
  const partial = sampleView({ groups: [{ ...group, state: "partial", resources }] });
  expect(onlineProgress(partial, order({ verb: "online" })).state).toBe("done");
});

it("takes a blind engine for neither done nor failed", () => {
  const blind = sampleView({ engineBlind: "gone", groups: [] });
  expect(offlineProgress(blind, order({ verb: "offline" })).state).toBe("waiting");
  expect(drainProgress(blind, "db-1").state).toBe("waiting");
});

it("notices a failure and tells what came of it", () => {
  const fail = order({ verb: "fail", object: db });
  expect(failureSeen(view, view, fail).state).toBe("waiting");
  expect(failureSeen(view, seen("pending", "db-1"), fail).state).toBe("done");
  expect(failureOutcome(seen("online", "db-2"), fail).message).toContain("online again on db-2");
  expect(failureOutcome(seen("failed", null), fail).state).toBe("failed");
  expect(clearProgress(seen("failed", null), order({ verb: "clear" })).state).toBe("waiting");
  expect(clearProgress(view, order({ verb: "clear" })).state).toBe("done");
});

it("drains until nothing of any group is on the node", () => {
  expect(drainProgress(view, "db-1").state).toBe("waiting");
  expect(drainProgress(view, "db-2").state).toBe("done");
});

it("counts what has to stop and start, unless it is told", () => {
  const model = compileCib(policy);
  const members = model.groups[0]!.members.flatMap((item) => item.operations);
  const pending = members
    .filter(({ name }) => name !== "monitor")
    .reduce((sum, { timeoutS }) => sum + timeoutS, 0);
  expect(orderDeadlineS(model, order({}))).toBe(pending + 30);
  expect(orderDeadlineS(model, order({ deadlineS: 7 }))).toBe(7);
});

it("finds all that a resource rests on", () => {
  expect(withDependencies(sampleGroup(), "db").sort()).toEqual(["db", "disk", "ip"]);
  expect(withDependencies(sampleGroup(), "ip")).toEqual(["ip"]);
});
