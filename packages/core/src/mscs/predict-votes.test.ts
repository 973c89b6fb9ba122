/** What-if where votes and fencing decide: lost nodes, networks and witnesses, and the split (DOMAIN 2.6). */
import { expect, it } from "vitest";
import type { PairState, WhatIfEvent } from "./prediction.ts";
import { samplePair } from "./sample.ts";
import { down, lost, outcome, pairWith } from "./testing/what-if.ts";
import type { MscsPolicy } from "./types.ts";

it("stops everything when a node is lost without the witness, and fences nobody", () => {
  const { hasQuorum, fenced, group } = outcome(
    samplePair(),
    { kind: "nodeLoss", node: "db-2" },
    { hasWitness: false },
  );
  expect({ hasQuorum, fenced }).toEqual({ hasQuorum: false, fenced: [] });
  expect(group).toMatchObject({ from: "db-1", to: null, verdict: "stops" });
});

it("takes over without fencing in a pair that has none, and says what that may cost", () => {
  const { fenced, group, warnings } = outcome(pairWith({}, { fencing: null }), lost);
  expect(fenced).toEqual([]);
  expect(group?.to).toBe("db-2");
  expect(warnings[0]).toContain("may run on both nodes");
});

it("lets a node that starts alone fence its unseen peer, or wait for it without a witness", () => {
  const nodes: PairState["nodes"] = [
    { name: "db-1", state: "down" },
    { name: "db-2", state: "down" },
  ];
  const event: WhatIfEvent = { kind: "nodeReturn", node: "db-2" };
  const alone = outcome(samplePair(), event, { nodes, owners: {} });
  expect(alone.fenced).toEqual(["db-1"]);
  expect(alone.group).toMatchObject({ to: "db-2", verdict: "starts" });
  const waiting = outcome(pairWith({}, { witness: null }), event, { nodes, owners: {}, hasWitness: false });
  expect(waiting).toMatchObject({ hasQuorum: false, fenced: [], group: { to: null } });
  expect(waiting.warnings[0]).toContain("waits for the other one");
});

it("splits the pair only when the last heartbeat network is gone", () => {
  const networks: MscsPolicy["networks"] = [
    { name: "service", subnet: "10.77.0.0/24", role: "both", link: 0 },
    { name: "private", subnet: "10.78.0.0/24", role: "internal", link: 1 },
    { name: "clients", subnet: "10.79.0.0/24", role: "client", link: null },
  ];
  const policy = pairWith({}, { networks });
  const one = outcome(policy, { kind: "linkLoss", network: "private" });
  expect(one).toMatchObject({ fenced: [], group: { verdict: "stays" } });
  expect(one.warnings).toEqual(["service is the last network with heartbeats: losing it splits the pair."]);
  const client = outcome(policy, { kind: "linkLoss", network: "clients" }, { deadNetworks: ["private"] });
  expect(client.warnings[0]).toContain("carries no heartbeats");
  const last = outcome(
    policy,
    { kind: "linkLoss", network: "service" },
    { deadNetworks: ["private"], owners: { sql: "db-2" } },
  );
  expect(last).toMatchObject({ fenced: ["db-2"], group: { to: "db-1" } });
  expect(last.group?.why).toBe("sql goes over to db-1, because db-2 is cut off.");
});

it("tells a split without a witness for the coordinator, and one with a witness for the lower node ID", () => {
  const split = (witness: MscsPolicy["witness"]) =>
    outcome(
      pairWith({}, { witness }),
      { kind: "linkLoss", network: "service" },
      { hasWitness: witness !== null, coordinator: "db-2", owners: { sql: "db-1" } },
    );
  const without = split(null);
  expect(without).toMatchObject({ fenced: ["db-1"], group: { to: "db-2" } });
  expect(without.warnings.join()).toContain("as if db-2 wins");
  expect(split(samplePair().witness)).toMatchObject({ fenced: ["db-2"] });
});

it("calls a split without witness and fencing what it is", () => {
  const policy = pairWith({}, { witness: null, fencing: null });
  const { warnings } = outcome(policy, { kind: "linkLoss", network: "service" }, { hasWitness: false });
  expect(warnings[0]).toMatch(/^Split-brain/);
});

it("says what the loss of the witness takes away, and what it ends", () => {
  const both = outcome(samplePair(), { kind: "witnessLoss" });
  expect(both).toMatchObject({ hasQuorum: true, group: { verdict: "stays" } });
  expect(both.warnings[0]).toContain("does not vote");
  const single = outcome(samplePair(), { kind: "witnessLoss" }, down("db-2"));
  expect(single).toMatchObject({ hasQuorum: false, group: { verdict: "stops" } });
});
