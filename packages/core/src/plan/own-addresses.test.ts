/** What is a node's own is no group address (R5), and what its engine puts there is no heartbeat address. */
import { describe, expect, it } from "vitest";
import { checkPlacement, planFleet } from "./index.ts";
import { sampleIntent, sampleInventory } from "./sample.ts";
import { type Change, changedFleet, nodeOf, pairOf } from "./testing/mscs-change.ts";
import type { Intent, Inventory, InventoryNode, Plan } from "./types.ts";

function ipOf(intent: Intent): { address: string } {
  const ip = pairOf(intent).groups.sql?.resources.find(({ name }) => name === "ip");
  return ip?.type === "ipAddress" ? ip : expect.fail("the sample has an address");
}

/** db-2 has the group address of the sample. */
function held(inventory: Inventory, change: Partial<InventoryNode>): void {
  const node = nodeOf(inventory, "db-2");
  node.addresses.push({ interface: "eth0", address: "10.77.0.50", prefixLength: 24 });
  Object.assign(node, change);
}

const clients = { subnet: "10.99.0.0/24", role: "client" as const };
const hasClientNetwork = (inventory: Inventory, name: string, address: string) =>
  nodeOf(inventory, name).addresses.push({ interface: "eth2", address, prefixLength: 24 });

describe("before the first plan", () => {
  it.each<[string, string[], Change]>([
    ["the engine has the group online", [], (_, inventory) => held(inventory, { servicesSeen: ["mscs"] })],
    [
      "the engine has it in its configuration",
      [],
      (_, inventory) => held(inventory, { servicesSeen: ["mscs"], floating: ["10.77.0.50"] }),
    ],
    [
      "the engine knows nothing of it",
      ["R5"],
      (_, inventory) => held(inventory, { servicesSeen: ["mscs"], floating: ["10.77.0.51"] }),
    ],
    ["there is no engine that could have put it there", ["R5"], (_, inventory) => held(inventory, {})],
    [
      "it is the heartbeat address of a node",
      ["R5"],
      (intent) => {
        ipOf(intent).address = "10.77.0.11";
      },
    ],
    [
      "it is where clients reach one node alone",
      ["R5"],
      (intent, inventory) => {
        pairOf(intent).networks.clients = clients;
        ipOf(intent).address = "10.99.0.11";
        hasClientNetwork(inventory, "db-1", "10.99.0.11");
        hasClientNetwork(inventory, "db-2", "10.99.0.12");
      },
    ],
  ])("a group address on a node of its pair, where %s: %j", (_, rules, change) => {
    const { intent, inventory } = changedFleet(change);
    expect(checkPlacement(intent, inventory).map(({ rule }) => rule)).toEqual(rules);
  });
});

describe("with a plan in force", () => {
  const running = (): Inventory => {
    const inventory = sampleInventory();
    for (const name of ["db-1", "db-2"]) nodeOf(inventory, name).servicesSeen = ["mscs"];
    return inventory;
  };
  const inForce = (change: Change = () => undefined): { hash: string; plan: Plan } => {
    const { intent, inventory } = changedFleet(change);
    const { plan, refusals } = planFleet({ intent, inventory, parent: null });
    return { hash: "h", plan: plan ?? expect.fail(JSON.stringify(refusals)) };
  };
  const ringsOf = (plan: Plan | null | undefined) => {
    const policy = plan?.policies["db-1"];
    return policy?.service === "mscs" ? policy.mscs.nodes.map(({ address }) => address) : [];
  };

  it("refuses the heartbeat address of a node that runs, with the node and the cure", () => {
    const intent = sampleIntent();
    ipOf(intent).address = "10.77.0.11";
    const { refusals } = planFleet({ intent, inventory: running(), parent: inForce() });
    expect(refusals).toHaveLength(1);
    expect(refusals[0]).toMatchObject({ rule: "R5", severity: "error" });
    expect(refusals[0]?.message).toBe(
      "Address 10.77.0.11 of resource ip of group sql in data is already the address of node db-1",
    );
    expect(refusals[0]?.objects.map(({ name }) => name)).toEqual(["10.77.0.11", "db-1"]);
    expect(refusals[0]?.cure).toMatch(/free address.*remove it there/);
  });

  it("lets a group keep its address while it is online, also where the engine is away", () => {
    const inventory = running();
    held(inventory, { servicesSeen: [] });
    const report = planFleet({ intent: sampleIntent(), inventory, parent: inForce() });
    expect(report).toMatchObject({ refusals: [], summary: "Nothing changes" });
  });

  it("takes no address of a group that leaves for a heartbeat address", () => {
    const inventory = running();
    nodeOf(inventory, "db-1").addresses.unshift({
      interface: "eth0",
      address: "10.77.0.10",
      prefixLength: 24,
    });
    const parent = inForce((intent) => {
      ipOf(intent).address = "10.77.0.10";
    });
    const { plan } = planFleet({ intent: sampleIntent(), inventory, parent });
    expect(ringsOf(plan)).toEqual(["10.77.0.11", "10.77.0.12"]);
  });

  it("keeps heartbeats where they are when a node gets one more address", () => {
    const inventory = running();
    nodeOf(inventory, "db-1").addresses.unshift({
      interface: "eth0",
      address: "10.77.0.10",
      prefixLength: 24,
    });
    expect(ringsOf(planFleet({ intent: sampleIntent(), inventory, parent: inForce() }).plan)).toEqual([
      "10.77.0.11",
      "10.77.0.12",
    ]);
  });
});
