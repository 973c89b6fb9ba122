/** What a pair's file compiles to: networks, links, addresses, witness. */
import { describe, expect, it } from "vitest";
import { planFleet } from "./index.ts";
import { sampleIntent, sampleInventory } from "./sample.ts";
import { type Change, changedFleet, nodeOf, pairOf } from "./testing/mscs-change.ts";

describe("the policy of a pair", () => {
  const policyOf = (change: Change) => {
    const { plan, refusals } = planFleet({ ...changedFleet(change), parent: null });
    const policy = plan?.policies["db-1"];
    return policy?.service === "mscs" ? policy : expect.fail(JSON.stringify(refusals));
  };

  it("has two links, and both addresses of each node stand in the wall", () => {
    const { mscs, wall } = policyOf(() => undefined);
    expect(mscs.networks).toEqual([
      { name: "service", subnet: "10.77.0.0/24", role: "both", link: 0 },
      { name: "crossover", subnet: "10.77.9.0/24", role: "internal", link: 1 },
    ]);
    expect(mscs.nodes.map(({ address, secondAddress }) => [address, secondAddress])).toEqual([
      ["10.77.0.11", "10.77.9.11"],
      ["10.77.0.12", "10.77.9.12"],
    ]);
    const addresses = wall.mscsAddresses.map(({ address }) => address);
    expect(addresses).toEqual(expect.arrayContaining(["10.77.0.11", "10.77.9.11", "10.77.9.12"]));
    expect(addresses).toContain("10.77.0.20");
  });

  it("carries heartbeats neither on networks for clients nor on a third one", () => {
    const { mscs } = policyOf((intent) => {
      pairOf(intent).networks = {
        clients: { subnet: "10.88.0.0/24", role: "client" },
        ...pairOf(intent).networks,
        third: { subnet: "10.89.0.0/24", role: "both" },
      };
    });
    expect(mscs.networks.map(({ name, link }) => [name, link])).toEqual([
      ["clients", null],
      ["service", 0],
      ["crossover", 1],
      ["third", null],
    ]);
  });

  it("has the one network of the group addresses when the file names none", () => {
    const { mscs } = policyOf((intent) => {
      pairOf(intent).networks = {};
    });
    expect(mscs.networks).toEqual([{ name: "service", subnet: "10.77.0.0/24", role: "both", link: 0 }]);
    expect(mscs.nodes.map(({ secondAddress }) => secondAddress)).toEqual([null, null]);
  });

  it("reaches a witness in another network by its first address", () => {
    const { mscs } = policyOf((_, inventory) => {
      nodeOf(inventory, "witness-1").addresses = [
        { interface: "eth0", address: "192.0.2.9", prefixLength: 24 },
      ];
    });
    expect(mscs.witness).toEqual({ node: "witness-1", address: "192.0.2.9" });
  });

  it("lets one witness serve two pairs", () => {
    const [intent, inventory] = [sampleIntent(), sampleInventory()];
    const members: [string, string][] = [
      ["db-3", "10.77.0.13"],
      ["db-4", "10.77.0.14"],
    ];
    for (const [name, address] of members) {
      const copy = structuredClone(nodeOf(inventory, "db-1"));
      const addresses = [{ interface: "eth0", address, prefixLength: 24 }];
      inventory.nodes.push({ ...copy, name, machineId: name, addresses });
    }
    intent.mscs.more = { ...pairOf(intent), nodes: ["db-3", "db-4"], networks: {}, groups: {} };
    const { plan } = planFleet({ intent, inventory, parent: null });
    expect(plan?.policies["witness-1"]).toMatchObject({ witness: { cluster: "data" } });
  });
});
