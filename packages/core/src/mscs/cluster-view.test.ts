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
};
const started: CrmMonResource = {
  id: "sql.ip",
  agent: "ocf:heartbeat:IPaddr2",
  role: "Started",
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
  nodes: [up, { ...up, name: "db-2" }],
  groups: [{ id: "sql", resources: [started] }],
  failCounts: [],
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

it("calls a stopped resource failed when no node that is up may try it again", () => {
  const count = (node: string) => ({ node, resource: "sql.ip", failCount: 3, migrationThreshold: 3 });
  const both = group({ ...withResource(stopped), failCounts: [count("db-1"), count("db-2")] });
  expect(both?.resources[0]).toMatchObject({ state: "failed", failCount: 6 });
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
