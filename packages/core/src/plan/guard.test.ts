import { describe, expect, it } from "vitest";
import { checkPlacement } from "./index.ts";
import { sampleIntent, sampleInventory } from "./sample.ts";
import type { Intent, Inventory } from "./types.ts";

function rulesAfter(change: (intent: Intent, inventory: Inventory) => void): string[] {
  const intent = sampleIntent();
  const inventory = sampleInventory();
  change(intent, inventory);
  return checkPlacement(intent, inventory).map(({ rule }) => rule);
}

const web = (intent: Intent) => intent.wlbs.web ?? expect.fail("sample has a cluster web");
const data = (intent: Intent) => intent.mscs.data ?? expect.fail("sample has a pair data");
const sql = (intent: Intent) => data(intent).groups.sql ?? expect.fail("sample has a group sql");
const resource = (intent: Intent, name: string) =>
  sql(intent).resources.find((item) => item.name === name) ?? expect.fail(name);
const node = (inventory: Inventory, name: string) =>
  inventory.nodes.find((item) => item.name === name) ?? expect.fail(name);

describe("checkPlacement", () => {
  it("lets the sample fleet through", () => {
    expect(checkPlacement(sampleIntent(), sampleInventory())).toEqual([]);
  });

  it("refuses a node with both services, naming node, cluster and pair (R1)", () => {
    const intent = sampleIntent();
    data(intent).nodes = ["db-1", "web-2"];
    const [refusal] = checkPlacement(intent, sampleInventory());
    expect(refusal).toMatchObject({ rule: "R1", severity: "error" });
    expect(refusal?.objects.map(({ name }) => name)).toEqual(["web-2", "web", "data"]);
    expect(refusal?.reason).toContain("Q223157");
  });

  it("refuses one machine under two names (R2), and so both services on it", () => {
    expect(
      rulesAfter((_, inventory) => (node(inventory, "db-2").machineId = node(inventory, "web-1").machineId)),
    ).toEqual(["R2"]);
  });

  it("does not count a double name that the intent does not use", () => {
    expect(
      rulesAfter((_, inventory) => inventory.nodes.push({ ...node(inventory, "web-1"), name: "old-web" })),
    ).toEqual([]);
  });

  it("refuses a node on which the other daemon is seen (R3)", () => {
    expect(rulesAfter((_, inventory) => (node(inventory, "web-3").servicesSeen = ["wlbs", "mscs"]))).toEqual([
      "R3",
    ]);
    expect(rulesAfter((_, inventory) => (node(inventory, "db-1").servicesSeen = ["mscs"]))).toEqual([]);
  });

  it.each([
    [
      "a group address",
      (intent: Intent) => Object.assign(resource(intent, "ip"), { address: "10.77.0.100" }),
    ],
    [
      "an address fixed on a pair node",
      (_: Intent, inventory: Inventory) =>
        node(inventory, "db-1").addresses.push({
          interface: "eth1",
          address: "10.77.0.100",
          prefixLength: 32,
        }),
    ],
    [
      "an address of the witness",
      (_: Intent, inventory: Inventory) =>
        node(inventory, "witness-1").addresses.push({
          interface: "eth1",
          address: "10.77.0.100",
          prefixLength: 32,
        }),
    ],
  ])("refuses %s that equals the virtual IP (R4)", (_, change) => {
    expect(rulesAfter(change)).toContain("R4");
  });

  it("folds a mapped VIP before comparing (R4)", () => {
    expect(
      rulesAfter((intent) => {
        web(intent).vips = ["::ffff:10.77.0.50/120"];
      }),
    ).toContain("R4");
  });

  it("refuses a floating address that is a dedicated IP, another resource's, or fixed on a node (R5)", () => {
    expect(rulesAfter((intent) => Object.assign(resource(intent, "ip"), { address: "10.77.0.2" }))).toContain(
      "R5",
    );
    expect(
      rulesAfter((intent) => sql(intent).resources.push({ ...resource(intent, "ip"), name: "ip-2" })),
    ).toEqual(["R5"]);
    expect(
      rulesAfter((_, inventory) =>
        node(inventory, "web-1").addresses.push({
          interface: "eth1",
          address: "10.77.0.50",
          prefixLength: 24,
        }),
      ),
    ).toEqual(["R5"]);
  });

  it.each<[string, string, (intent: Intent, inventory: Inventory) => unknown]>([
    ["an unknown node", "B-not-enrolled", (_, inventory) => inventory.nodes.pop()],
    [
      "a node in two clusters",
      "B-one-cluster",
      (intent) => (intent.wlbs.shop = { ...web(intent), vips: ["10.77.0.101/24"] }),
    ],
    ["a pair of one node", "R21", (intent) => data(intent).nodes.pop()],
    ["a pair of the same node twice", "R21", (intent) => (data(intent).nodes = ["db-1", "db-1"])],
    [
      "a pair node without an address in the subnet",
      "R22",
      (_, inventory) => (node(inventory, "db-2").addresses = []),
    ],
    ["a witness on a pair node", "R24", (intent) => (data(intent).witness = "db-1")],
    ["a witness on a front host", "R24", (intent) => (data(intent).witness = "web-1")],
    ["a dependency outside the group", "R26", (intent) => resource(intent, "db").dependsOn.push("name")],
    ["a dependency cycle", "R26", (intent) => resource(intent, "disk").dependsOn.push("db")],
    ["a preferred owner outside the pair", "R27", (intent) => sql(intent).preferredOwners.push("web-1")],
    [
      "a secret in the fleet file",
      "B-secret",
      (intent) => Object.assign(data(intent).fencing ?? {}, { nodes: { "db-1": { passwd: "x" } } }),
    ],
    [
      "failback without preferred owner",
      "R28",
      (intent) =>
        Object.assign(sql(intent), { preferredOwners: [], failback: { allow: true, windowHours: null } }),
    ],
  ])("refuses %s (%s)", (_, rule, change) => {
    expect(rulesAfter(change)).toContain(rule);
  });

  it("fills in every text of every refusal", () => {
    const intent = sampleIntent();
    web(intent).vips.push("10.77.0.50/24");
    data(intent).nodes = ["web-1", "web-2", "web-3"];
    data(intent).witness = "nobody";
    for (const refusal of checkPlacement(intent, { nodes: [] })) {
      for (const text of [refusal.message, refusal.reason, refusal.cure]) expect(text).toMatch(/^\S.{10,}/);
      expect(refusal.message).not.toMatch(/\.$|undefined|null/);
      expect(refusal.objects.length).toBeGreaterThan(0);
    }
  });
});
