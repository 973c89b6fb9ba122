import type { NodePolicy, Plan } from "@bulkhead/core/plan";
import { describe, expect, it } from "vitest";
import { orderOf } from "./waves.ts";

const wall = { vips: [], mscsAddresses: [] };
const policyOf = (service: NodePolicy["service"], cluster: string): NodePolicy =>
  // Only service and cluster decide the order.
  ({ service, [service]: { cluster }, wall }) as unknown as NodePolicy;

function plan(before: NodePolicy["service"] | null): Plan {
  const policies: Plan["policies"] = {
    "web-1": policyOf("wlbs", "web"),
    "web-2": policyOf("wlbs", "web"),
    "web-3": policyOf("wlbs", "web"),
    "db-1": policyOf("mscs", "data"),
    "db-2": policyOf("mscs", "data"),
    "witness-1": policyOf("witness", "data"),
    old: policyOf("none", ""),
  };
  const changes = Object.entries(policies).map(([node, { service }]) => ({
    node,
    before,
    after: service,
    lines: [],
  }));
  return { parent: null, intent: { wlbs: {}, mscs: {} }, policies, changes };
}

const all = Object.keys(plan(null).policies);
const running = { isOnline: () => true, hasEngine: () => true };

describe("orderOf", () => {
  it("releases first, then a lane per cluster: canary before the rest, witness before the pair", () => {
    const order = orderOf(plan(null), all, running);
    expect(order.releases?.nodes).toEqual(["old"]);
    expect(
      order.lanes.map(({ title, waves }) => [title, ...waves.map(({ nodes }) => nodes.join("+"))]),
    ).toEqual([
      ["MSCS pair data", "witness-1", "db-1+db-2"],
      ["WLBS cluster web", "web-1", "web-2+web-3"],
    ]);
  });

  it("starts a new pair together and only when both are there", () => {
    const [pair] = orderOf(plan(null), all, running).lanes;
    expect(pair?.waves.at(-1)?.needsAllOnline).toBe(true);
  });

  it("changes a running pair one node after the other", () => {
    const [pair] = orderOf(plan("mscs"), ["db-1", "db-2"], running).lanes;
    expect(pair?.waves.map(({ nodes, needsAllOnline }) => [nodes.join(), needsAllOnline])).toEqual([
      ["db-1", false],
      ["db-2", false],
    ]);
  });

  it("starts a pair together whose first deployment never took effect", () => {
    const [pair] = orderOf(plan("mscs"), ["db-1", "db-2"], { ...running, hasEngine: () => false }).lanes;
    expect(pair?.waves.map(({ nodes, needsAllOnline }) => [nodes.join("+"), needsAllOnline])).toEqual([
      ["db-1+db-2", true],
    ]);
  });

  it("lets a node whose peer runs join alone", () => {
    const hasEngine = (node: string) => node === "db-1";
    const [pair] = orderOf(plan("mscs"), ["db-1", "db-2"], { ...running, hasEngine }).lanes;
    expect(pair?.waves.map(({ nodes }) => nodes.join("+"))).toEqual(["db-1", "db-2"]);
  });

  it("lets every pair wait for the witness that they share", () => {
    const two = plan(null);
    const witness = { cluster: "data", address: "192.0.2.20" };
    const others = [{ cluster: "mail", address: "192.0.2.20" }];
    two.policies["witness-1"] = { service: "witness", witness: { ...witness, others }, wall };
    two.policies["mail-1"] = policyOf("mscs", "mail");
    const lanes = orderOf(two, ["db-1", "mail-1", "witness-1"], running).lanes;
    expect(lanes.map(({ waves }) => waves.map(({ nodes }) => nodes.join()))).toEqual([
      ["witness-1", "db-1"],
      ["witness-1", "mail-1"],
    ]);
  });

  it("takes a canary that can answer", () => {
    const [web] = orderOf(plan("wlbs"), ["web-1", "web-2"], {
      ...running,
      isOnline: (node) => node === "web-2",
    }).lanes;
    expect(web?.waves.map(({ nodes }) => nodes.join())).toEqual(["web-2", "web-1"]);
  });

  it("has nothing to do for a plan without bundles", () => {
    expect(orderOf(plan(null), [], running)).toEqual({ releases: null, lanes: [] });
  });
});
