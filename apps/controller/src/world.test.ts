import type { NodePolicy, Plan } from "@bulkhead/core/plan";
import { samplePolicy } from "@bulkhead/core/wlbs";
import { expect, it } from "vitest";
import { ChangeFeed } from "./live/feed.ts";
import { HandClock } from "./testing/hand-clock.ts";
import { World } from "./world.ts";

const wall = { vips: [], mscsAddresses: [] };
const witness: NodePolicy = { service: "witness", witness: { cluster: "data", address: "192.0.2.20" }, wall };
const host: NodePolicy = { service: "wlbs", wlbs: samplePolicy(1), wall };
// What the version before stored: one virtual IP.
const older = {
  service: "wlbs",
  wlbs: { cluster: "web", vip: "192.0.2.100" },
  wall,
} as unknown as NodePolicy;

async function worldWith(policies: Plan["policies"]): Promise<World> {
  const plan: Plan = { parent: null, intent: { wlbs: {}, mscs: {} }, policies, changes: [] };
  // Only these two are read.
  const db = {
    nodes: { list: async () => [] },
    intent: { applied: async () => ({ hash: "h", report: { plan } }) },
  } as unknown as ConstructorParameters<typeof World>[0];
  const world = new World(db, new ChangeFeed(new HandClock()));
  await world.refresh();
  return world;
}

it("takes a policy of an earlier version for none, so that the next plan renews it", async () => {
  const world = await worldWith({ "web-1": older, "witness-1": witness });
  expect(world.applied?.outdated).toEqual(["web-1"]);
  expect(world.policyOf("web-1")).toBeNull();
  expect(world.policyOf("witness-1")).toEqual(witness);
  expect(world.applied?.row.hash).toBe("h");
});

it("takes present policies as they are", async () => {
  const world = await worldWith({ "web-1": host });
  expect(world.applied?.outdated).toEqual([]);
  expect(world.policyOf("web-1")).toEqual(host);
});
