/** What is not known is not shown as running; the states of DOMAIN 2.1. */
import { expect, it } from "vitest";
import { blindView, groupState, nodeState, toClusterView } from "./cluster-view.ts";
import type { CrmMonData, CrmMonNode, CrmMonResource } from "./crm-mon-data.ts";

const up: CrmMonNode = {
  name: "db-1",
  online: true,
  standby: false,
  maintenance: false,
  pending: false,
  unclean: false,
  attributes: {},
};
const started: CrmMonResource = {
  id: "sql.ip",
  agent: "ocf:heartbeat:IPaddr2",
  role: "Started",
  targetRole: null,
  active: true,
  failed: false,
  blocked: false,
  pending: null,
  nodes: ["db-1"],
};
const stopped: CrmMonResource = { ...started, role: "Stopped", active: false, nodes: [] };
const healthy: CrmMonData = {
  dc: "db-1",
  withQuorum: true,
  stonithEnabled: true,
  isMaintenance: false,
  nodes: [up, { ...up, name: "db-2" }],
  groups: [{ id: "sql", resources: [started] }],
  fenceDevices: [],
  failCounts: [],
  failures: [],
  operations: [],
  fenceEvents: [],
};
const extras = { cluster: "data", witnessVotes: true, cibEpoch: "0.5.1" };
const group = (changes: Partial<CrmMonData>) => toClusterView({ ...healthy, ...changes }, extras).groups[0];
const withResource = (resource: CrmMonResource) => ({ groups: [{ id: "sql", resources: [resource] }] });

it("shows a healthy group under the names of the fleet file", () => {
  expect(group({})).toEqual({
    name: "sql",
    state: "online",
    owner: "db-1",
    since: null,
    isOrderedOffline: false,
    failovers: null,
    resources: [
      {
        name: "ip",
        type: "ocf:heartbeat:IPaddr2",
        state: "online",
        owner: "db-1",
        failCount: 0,
        isOrderedOffline: false,
        lastFailure: null,
      },
    ],
  });
});

it("never shows a resource of an UNCLEAN node as running", () => {
  const found = group({
    nodes: [
      { ...up, online: false, unclean: true },
      { ...up, name: "db-2" },
    ],
  });
  expect(found).toMatchObject({ state: "unknown", owner: null });
  expect(found?.resources[0]).toMatchObject({ state: "unknown", owner: null });
});

it("does not call a resource offline that the other side of a partition may run", () => {
  expect(group({ ...withResource(stopped), withQuorum: false })?.state).toBe("unknown");
  expect(group({ ...withResource(stopped), dc: null })?.state).toBe("unknown");
  expect(group(withResource(stopped))?.state).toBe("offline");
});

it.each([
  ["failed", { ...started, failed: true }],
  ["failed", { ...started, blocked: true }],
  ["failed", { ...started, nodes: ["db-1", "db-2"] }],
  ["pending", { ...started, pending: "Monitoring" }],
  ["pending", { ...stopped, role: "Starting" }],
] as const)("calls a resource %s", (state, resource) => {
  expect(group(withResource({ ...resource, nodes: [...resource.nodes] }))?.resources[0]?.state).toBe(state);
});

it("calls it failed at once where trying again cannot help", () => {
  const failure = (node: string, result: string) => ({
    node,
    resource: "sql.ip",
    task: "start",
    result,
    reason: "",
    at: null,
  });
  const failCounts = ["db-1", "db-2"].map((node) => ({
    node,
    resource: "sql.ip",
    failCount: 1,
    migrationThreshold: 4,
  }));
  const state = (...failures: CrmMonData["failures"]) =>
    group({ ...withResource(stopped), failCounts, failures })?.resources[0]?.state;
  expect(state(failure("db-1", "not installed"), failure("db-2", "not installed"))).toBe("failed");
  expect(state(failure("db-1", "not installed"), failure("db-2", "not running"))).toBe("offline");
  expect(state(failure("db-1", "not configured"))).toBe("failed");
});

it("calls a stopped resource failed when no node that is up may try it again", () => {
  const count = (node: string) => ({ node, resource: "sql.ip", failCount: 3, migrationThreshold: 3 });
  const both = group({ ...withResource(stopped), failCounts: [count("db-1"), count("db-2")] });
  expect(both?.resources[0]).toMatchObject({
    state: "failed",
    failCount: 6,
    failedOn: [
      { node: "db-1", count: 3, hard: null },
      { node: "db-2", count: 3, hard: null },
    ],
  });
  expect(group({ ...withResource(stopped), failCounts: [count("db-1")] })?.state).toBe("offline");
});

it("derives the group's state in MSCS order", () => {
  expect(groupState(["online", "pending", "failed"])).toBe("failed");
  expect(groupState(["online", "pending", "unknown"])).toBe("unknown");
  expect(groupState(["online", "pending", "offline"])).toBe("pending");
  expect(groupState(["online", "offline"])).toBe("partial");
  expect(groupState(["offline", "offline"])).toBe("offline");
  expect(groupState([])).toBe("offline");
});

it("derives the node's state", () => {
  expect(nodeState(up)).toBe("up");
  expect(nodeState({ ...up, standby: true })).toBe("paused");
  expect(nodeState({ ...up, maintenance: true })).toBe("paused");
  expect(nodeState({ ...up, pending: true })).toBe("joining");
  expect(nodeState({ ...up, online: false })).toBe("down");
  expect(nodeState({ ...up, unclean: true })).toBe("unclean");
});

it("keeps the list but no state while the engine is blind", () => {
  const view = blindView("data", "no answer", toClusterView(healthy, extras));
  expect(view).toMatchObject({ engineBlind: "no answer", hasQuorum: false, dc: null, cibEpoch: null });
  expect(view.nodes.map((node) => node.state)).toEqual(["unknown", "unknown"]);
  expect(view.groups[0]).toMatchObject({ name: "sql", state: "unknown", owner: null });
  expect(view.groups[0]?.resources[0]).toMatchObject({ name: "ip", state: "unknown", owner: null });
});

it("calls what was ordered offline so, and never failed", () => {
  const ordered = { ...stopped, targetRole: "Stopped" };
  const count = (node: string) => ({ node, resource: "sql.ip", failCount: 3, migrationThreshold: 3 });
  const found = group({ ...withResource(ordered), failCounts: [count("db-1"), count("db-2")] });
  expect(found).toMatchObject({ state: "offline", isOrderedOffline: true });
  expect(group(withResource(stopped))?.isOrderedOffline).toBe(false);
});

it("says since when the owner has the group: the first start of what runs there now", () => {
  const operation = (task: string, at: number, { rc = 0, node = "db-1" } = {}) => ({
    node,
    resource: "sql.ip",
    task,
    rc,
    at,
    execMs: 10,
  });
  const operations = [
    operation("monitor", 30_000),
    operation("start", 20_000),
    operation("start", 1000, { node: "db-2" }),
  ];
  expect(group({ operations })?.since).toBe(20_000);
  expect(group({ operations: [operation("monitor", 30_000)] })?.since).toBe(30_000);
  expect(group({ operations: [operation("start", 10_000, { rc: 1 })] })?.since).toBeNull();
  expect(group({ ...withResource(stopped), operations })?.since).toBeNull();
});

it("tells the last failure of a resource as a sentence", () => {
  const failure = {
    node: "db-1",
    resource: "sql.ip",
    task: "monitor",
    result: "not running",
    reason: "",
    at: Date.UTC(2026, 10, 23, 2, 47, 5),
  };
  const older = { ...failure, node: "db-2", at: failure.at - 5000 };
  expect(group({ failures: [older, failure] })?.resources[0]?.lastFailure).toBe(
    "A check failed on db-1 at 2026-11-23 02:47:05 UTC: not running",
  );
});

it("tells pause that keeps from pause that drains, and marks groups that their limit holds", () => {
  const nodes = [
    { ...up, attributes: { "bulkhead-pause": "keep" } },
    { ...up, name: "db-2", standby: true },
  ];
  const view = toClusterView({ ...healthy, nodes }, { ...extras, halted: ["sql"] });
  expect(view.nodes).toEqual([
    { name: "db-1", state: "paused", pause: "keep" },
    { name: "db-2", state: "paused", pause: "drain" },
  ]);
  expect(view.groups[0]?.failovers).toEqual({ count: 0, isHalted: true });
});

const device: CrmMonResource = {
  ...started,
  id: "fence-db-1",
  agent: "stonith:fence_ipmilan",
  nodes: ["db-2"],
};
const fenced = { target: "db-1", action: "reboot", completed: "", delegate: "db-2", reason: "" };
const fencing = (changes: Partial<CrmMonData>) =>
  toClusterView(
    { ...healthy, fenceDevices: [device], ...changes },
    { ...extras, fenceTargets: { "fence-db-1": "db-1" } },
  ).fencing[0];

it("calls a fence device working only while it is watched and its last action did not fail", () => {
  expect(fencing({})).toEqual({ device: "fence-db-1", working: true, why: null });
  expect(fencing({ fenceDevices: [{ ...device, failed: true }] })?.working).toBe(false);
  expect(fencing({ fenceDevices: [{ ...device, active: false, nodes: [] }] })).toMatchObject({
    working: null,
  });
  const failed = { ...fenced, status: "failed", at: 5000, reason: "no answer" };
  expect(fencing({ fenceEvents: [failed, { ...fenced, status: "success", at: 1000 }] })).toEqual({
    device: "fence-db-1",
    working: false,
    why: "Switching db-1 off by db-2 failed at 1970-01-01 00:00:05 UTC: no answer",
  });
  expect(fencing({ fenceEvents: [failed, { ...fenced, status: "success", at: 9000 }] })?.working).toBe(true);
  expect(fencing({ fenceEvents: [{ ...failed, target: "db-2" }] })?.working).toBe(true);
});

it("does not call a node paused that is still joining, which the engine has as standby", () => {
  const node = { ...up, name: "db-1", pending: true, standby: true };
  const view = toClusterView({ ...healthy, nodes: [node] }, extras);
  expect(view.nodes).toEqual([{ name: "db-1", state: "joining", pause: null }]);
});
