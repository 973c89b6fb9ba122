/** What-if on the sample pair: one test per rule of DOMAIN 2.5 and 2.6. The engine's own answers are compared in packages/pacemaker. */
import { expect, it } from "vitest";
import { predict } from "./predict.ts";
import { plannedState, stateOf } from "./predict-state.ts";
import type { PairState, WhatIfEvent } from "./prediction.ts";
import {
  sampleGroup,
  sampleGroupView,
  samplePair,
  sampleResourceView,
  sampleRestart,
  sampleView,
} from "./sample.ts";
import { down, lost, outcome, pairWith, resource } from "./testing/what-if.ts";
import type { MscsGroup } from "./types.ts";

const noFailback = { allow: false, windowHours: null };

const failed = (name: string, times: number): WhatIfEvent => ({
  kind: "resourceFailure",
  group: "sql",
  resource: name,
  times,
});

it("fences a lost node first, and brings its group online from the bottom", () => {
  const { fenced, group, steps, warnings } = outcome(samplePair(), lost);
  expect(fenced).toEqual(["db-1"]);
  expect(group).toMatchObject({ from: "db-1", to: "db-2", verdict: "moves" });
  expect(group?.why).toBe("sql goes over to db-2, because db-1 is lost.");
  expect(steps).toEqual([
    { order: 0, action: "fence", object: "db-1", node: "db-1" },
    { order: 1, action: "start", object: "sql/disk", node: "db-2" },
    { order: 2, action: "start", object: "sql/ip", node: "db-2" },
    { order: 3, action: "start", object: "sql/db", node: "db-2" },
  ]);
  expect(warnings).toEqual(["No redundancy: db-2 is the only node left that takes groups."]);
});

it("restarts up to the threshold, then fails over", () => {
  const policy = samplePair();
  const restarted = outcome(policy, failed("ip", 3));
  expect(restarted.group).toMatchObject({ to: "db-1", verdict: "restarts" });
  expect(restarted.group?.why).toBe("ip is restarted on db-1, for the 3rd of 3 times.");
  expect(restarted.steps.map(({ action, object }) => `${action} ${object}`)).toEqual([
    "stop sql/db",
    "stop sql/ip",
    "start sql/ip",
    "start sql/db",
  ]);
  const moved = outcome(policy, failed("ip", 4));
  expect(moved.group).toMatchObject({ to: "db-2", verdict: "moves" });
  expect(moved.group?.why).toBe("sql goes over to db-2, because ip has failed too often on db-1.");
});

it("counts on from the failures that there were", () => {
  const failCounts = [{ node: "db-1", resource: "sql/ip", count: 3 }];
  expect(outcome(samplePair(), failed("ip", 1), { failCounts }).group?.to).toBe("db-2");
});

it("keeps running what does not need a resource that has failed for good", () => {
  const { group, steps } = outcome(samplePair(), failed("db", 4), down("db-2"));
  expect(group).toMatchObject({ to: "db-1", verdict: "partial", stopped: ["sql/db"] });
  expect(steps).toEqual([{ order: 0, action: "stop", object: "sql/db", node: "db-1" }]);
});

it("does not touch a resource with restart action none", () => {
  const restart = { ...sampleRestart, action: "none" as const };
  const policy = pairWith({ resources: [resource("ip"), resource("app", { dependsOn: ["ip"], restart })] });
  const { group, steps } = outcome(policy, failed("app", 1));
  expect(group).toMatchObject({ verdict: "partial", stopped: ["sql/app"] });
  expect(steps).toEqual([]);
});

it("leaves a group offline that has used up its failovers", () => {
  const policy = pairWith({ failover: { threshold: 1, periodHours: 6 } });
  expect(outcome(policy, lost).warnings).toContain(
    "sql has then used up its failovers: the next one within 6 h leaves it offline.",
  );
  const { group, steps } = outcome(policy, lost, { failovers: { sql: 1 } });
  expect(group).toMatchObject({ to: null, verdict: "stops" });
  expect(group?.why).toBe("sql is left offline: it has failed over 1 time within 6 h, and its limit is 1.");
  expect(steps.filter((step) => step.action === "start")).toEqual([]);
});

it.each<{ how: string; failback: MscsGroup["failback"]; hour: number; to: string }>([
  { how: "prevented", failback: noFailback, hour: 3, to: "db-2" },
  { how: "at once", failback: { allow: true, windowHours: null }, hour: 12, to: "db-1" },
  { how: "within its window", failback: { allow: true, windowHours: [22, 4] }, hour: 3, to: "db-1" },
  {
    how: "in the first hour of its window",
    failback: { allow: true, windowHours: [22, 4] },
    hour: 22,
    to: "db-1",
  },
  {
    how: "not in the hour after its window",
    failback: { allow: true, windowHours: [22, 4] },
    hour: 4,
    to: "db-2",
  },
])("fails back $how", ({ failback, hour, to }) => {
  const event: WhatIfEvent = { kind: "nodeReturn", node: "db-1" };
  const state = { ...down("db-1"), owners: { sql: "db-2" }, hour };
  expect(outcome(pairWith({ failback }), event, state).group?.to).toBe(to);
});

it("forgets the failures of a node that returns", () => {
  const failCounts = [{ node: "db-1", resource: "sql/ip", count: 9 }];
  const event: WhatIfEvent = { kind: "nodeReturn", node: "db-1" };
  expect(outcome(samplePair(), event, { ...down("db-1"), owners: { sql: null }, failCounts }).group?.to).toBe(
    "db-1",
  );
});

it("pauses: keep leaves the groups, drain moves them, and a paused node takes none", () => {
  const pause = (mode: "keep" | "drain"): WhatIfEvent => ({ kind: "nodePause", node: "db-1", mode });
  expect(outcome(samplePair(), pause("keep")).group?.verdict).toBe("stays");
  expect(outcome(samplePair(), pause("drain")).group).toMatchObject({ to: "db-2", verdict: "moves" });
  const nodes: PairState["nodes"] = [
    { name: "db-1", state: "paused" },
    { name: "db-2", state: "up" },
  ];
  const back: WhatIfEvent = { kind: "move", group: "sql", to: "db-1" };
  const refused = outcome(samplePair(), back, { nodes, owners: { sql: "db-2" } });
  expect(refused.group?.why).toBe("sql stays on db-2: db-1 is paused.");
});

it("runs a group only where all of its resources may", () => {
  const policy = pairWith({ resources: [resource("ip"), resource("app", { possibleOwners: ["db-1"] })] });
  const { group } = outcome(policy, lost);
  expect(group).toMatchObject({ to: null, verdict: "stops" });
  expect(group?.why).toBe("sql goes offline: db-1 is down, and db-2 is not a possible owner of sql.");
});

it("keeps groups of one class apart when it can choose, and together when it cannot", () => {
  const groups = ["a", "b"].map((name) =>
    sampleGroup({ name, preferredOwners: ["db-1"], antiAffinity: ["big"], resources: [resource("ip")] }),
  );
  const policy = samplePair({ groups });
  const state = { ...plannedState(policy), owners: { a: "db-1", b: null } };
  const apart = predict(policy, state, { kind: "witnessLoss" });
  expect(apart.groups.map((group) => group.to)).toEqual(["db-1", "db-2"]);
  const together = predict(policy, { ...state, owners: { a: "db-1", b: "db-2" } }, lost);
  expect(together.groups.map((group) => group.to)).toEqual(["db-2", "db-2"]);
});

it("warns of a move that is undone at once, and of a fence device that does not work", () => {
  const policy = pairWith({ failback: { allow: true, windowHours: null } });
  expect(outcome(policy, { kind: "move", group: "sql", to: "db-2" }).warnings).toEqual([
    "sql fails back at once: as soon as the move is done, it goes back to db-1.",
  ]);
  expect(outcome(policy, lost, { brokenFencing: ["db-1"] }).warnings[0]).toContain("until fencing succeeds");
});

it("restarts what a new policy changes, starts what it adds, and stops what it takes away", () => {
  const policy = samplePair({
    groups: [sampleGroup(), sampleGroup({ name: "old", resources: [resource("ip")] })],
  });
  const resources = sampleGroup().resources.map((item) =>
    item.type === "postgresql" ? { ...item, port: 5433 } : item,
  );
  const next = samplePair({
    groups: [sampleGroup({ resources }), sampleGroup({ name: "new", resources: [resource("ip")] })],
  });
  const { groups, steps } = predict(policy, plannedState(policy), { kind: "policy", policy: next });
  expect(groups.map(({ group, verdict }) => [group, verdict])).toEqual([
    ["sql", "restarts"],
    ["new", "starts"],
    ["old", "stops"],
  ]);
  expect(steps.map(({ action, object }) => `${action} ${object}`).sort()).toEqual([
    "start new/ip",
    "start sql/db",
    "stop old/ip",
    "stop sql/db",
  ]);
});

it("changes nothing while the pair is in maintenance, and tells what is lost", () => {
  const { group, steps } = outcome(samplePair(), lost, { isMaintenance: true });
  expect(steps).toEqual([]);
  expect(group).toMatchObject({ to: null });
  expect(group?.why).toContain("nothing takes it over");
});

it("takes a live view as it is safe to: what is not known is down", () => {
  const view = sampleView({
    nodes: [
      { name: "db-1", state: "up", pause: null },
      { name: "db-2", state: "unclean", pause: null },
    ],
    groups: [
      sampleGroupView({
        failovers: { count: 2, isHalted: false },
        resources: [
          sampleResourceView({ failCount: 2 }),
          sampleResourceView({ name: "db", isOrderedOffline: true }),
          sampleResourceView({
            name: "app",
            failCount: 5,
            failedOn: [
              { node: "db-1", count: 1, hard: null },
              { node: "db-2", count: 4, hard: "here" },
            ],
          }),
        ],
      }),
    ],
    networks: [{ name: "service", role: "both", state: "partitioned", interfaces: [] }],
    fencing: [{ device: "fence-db-2", working: false, why: "no answer" }],
  });
  expect(stateOf(samplePair(), view, 3)).toEqual({
    nodes: [
      { name: "db-1", state: "up" },
      { name: "db-2", state: "down" },
    ],
    hasWitness: true,
    owners: { sql: "db-1" },
    failCounts: [
      { node: "db-1", resource: "sql/ip", count: 2 },
      { node: "db-1", resource: "sql/app", count: 1 },
      { node: "db-2", resource: "sql/app", count: 4 },
    ],
    hardFailures: [{ node: "db-2", resource: "sql/app", isEverywhere: false }],
    orderedOffline: ["sql/db"],
    deadNetworks: ["service"],
    hour: 3,
    failovers: { sql: 2 },
    isMaintenance: false,
    coordinator: "db-1",
    brokenFencing: ["db-2"],
  });
});
