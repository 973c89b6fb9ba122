/**
 * The wall against a naive model: for any random fleet, a plan comes into being only if no machine has both services and
 * no MSCS address is a virtual IP, judged by the plain definition and not by the guard's own helpers.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { planFleet } from "./index.ts";
import { sampleIntent, sampleInventory } from "./sample.ts";
import type { Intent, Inventory, Plan } from "./types.ts";

const nodeNames = ["web-1", "web-2", "web-3", "db-1", "db-2", "witness-1"];
const name = fc.constantFrom(...nodeNames);
const lastByte = fc.constantFrom(1, 2, 11, 12, 20, 50, 100, 101);

const change = fc.record({
  hosts: fc.uniqueArray(name, { minLength: 1, maxLength: 3 }),
  pair: fc.tuple(name, name),
  witness: name,
  vip: lastByte,
  groupAddress: lastByte,
  sameMachine: fc.option(fc.tuple(name, name)),
});

it("never plans across the wall", () => {
  let planned = 0;
  fc.assert(
    fc.property(change, (value) => {
      const intent = sampleIntent();
      const inventory = sampleInventory();
      apply(value, intent, inventory);
      const { plan, refusals } = planFleet({ intent, inventory, parent: null });
      if (plan === null) {
        expect(refusals.length).toBeGreaterThan(0);
        return;
      }
      planned++;
      expectWall(plan, intent, inventory);
    }),
    { numRuns: 3000 },
  );
  expect(planned).toBeGreaterThan(0);
});

it("never lets a group have what a node has of itself, in place of what its engine puts there", () => {
  const first = planFleet({ intent: sampleIntent(), inventory: sampleInventory(), parent: null }).plan;
  const parent = { hash: "h", plan: first ?? expect.fail("the sample has a plan") };
  const step = fc.record({
    address: lastByte,
    floats: fc.subarray([50, 100, 101]),
    on: fc.constantFrom("db-1", "db-2"),
  });
  let planned = 0;
  fc.assert(
    fc.property(step, ({ address, floats, on }) => {
      const intent = sampleIntent();
      Object.assign(ipOf(intent), { address: `10.77.0.${address}` });
      const inventory = sampleInventory();
      const own = inventory.nodes.flatMap((node) => node.addresses.map((item) => item.address));
      for (const node of inventory.nodes) {
        if (!node.name.startsWith("db-")) continue;
        Object.assign(node, { servicesSeen: ["mscs"], floating: floats.map((last) => `10.77.0.${last}`) });
        if (node.name === on)
          for (const last of floats)
            node.addresses.unshift({ interface: "eth0", address: `10.77.0.${last}`, prefixLength: 24 });
      }
      const { plan } = planFleet({ intent, inventory, parent });
      if (plan === null) return;
      planned++;
      expect(own).not.toContain(`10.77.0.${address}`);
      const rings = Object.values(plan.policies).flatMap((policy) =>
        policy.service === "mscs" ? policy.mscs.nodes.map((node) => node.address) : [],
      );
      expect([...new Set(rings)]).toEqual(["10.77.0.11", "10.77.0.12"]);
    }),
    { numRuns: 300 },
  );
  expect(planned).toBeGreaterThan(0);
});

function ipOf(intent: Intent): object {
  return intent.mscs.data?.groups.sql?.resources.find(({ name: resource }) => resource === "ip") ?? {};
}

function apply(
  value: typeof change extends fc.Arbitrary<infer T> ? T : never,
  intent: Intent,
  inventory: Inventory,
): void {
  const web = intent.wlbs.web ?? expect.fail("web");
  const data = intent.mscs.data ?? expect.fail("data");
  const addressOf = (node: string) =>
    inventory.nodes.find((item) => item.name === node)?.addresses[1]?.address ?? "";
  const hosts = value.hosts.map((node, index) => [
    node,
    {
      id: index + 1,
      interface: "eth0",
      dedicatedIp: `${addressOf(node)}/24`,
      initialState: "started" as const,
    },
  ]);
  web.hosts = Object.fromEntries(hosts);
  web.vips = [`10.77.0.${value.vip}/24`];
  data.nodes = value.pair;
  data.witness = value.witness;
  const sql = data.groups.sql ?? expect.fail("sql");
  sql.preferredOwners = [];
  Object.assign(ipOf(intent), { address: `10.77.0.${value.groupAddress}` });
  if (value.sameMachine === null) return;
  const [a, b] = value.sameMachine.map(
    (node) => inventory.nodes.find((item) => item.name === node) ?? expect.fail(node),
  );
  if (a !== undefined && b !== undefined) b.machineId = a.machineId;
}

function expectWall(plan: Plan, intent: Intent, inventory: Inventory): void {
  const machineOf = (node: string) => inventory.nodes.find((item) => item.name === node)?.machineId;
  const machines = (service: string) =>
    Object.entries(plan.policies)
      .filter(([, policy]) => policy.service === service)
      .map(([node]) => machineOf(node));
  const front = new Set(machines("wlbs"));
  expect(machines("mscs").filter((machine) => front.has(machine))).toEqual([]);
  const vips = Object.values(intent.wlbs).flatMap(({ vips: list }) => list.map((vip) => vip.split("/")[0]));
  const addresses = Object.values(intent.mscs).flatMap(({ groups }) =>
    Object.values(groups).flatMap(({ resources }) =>
      resources.flatMap((item) => (item.type === "ipAddress" ? [item.address] : [])),
    ),
  );
  expect(addresses.filter((address) => vips.includes(address))).toEqual([]);
  // No engine runs yet, so what a node has is its own.
  const held = inventory.nodes.flatMap((node) => node.addresses.map(({ address }) => address));
  expect(addresses.filter((address) => held.includes(address))).toEqual([]);
}
