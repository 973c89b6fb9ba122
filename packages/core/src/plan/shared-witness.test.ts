/** One witness host for several pairs (R24): what it is told, and what a plan says of it. */
import { expect, it } from "vitest";
import { planFleet } from "./index.ts";
import { sampleIntent, sampleInventory } from "./sample.ts";
import type { Intent, Inventory, Plan } from "./types.ts";

const pairOf = (intent: Intent) => intent.mscs.data ?? expect.fail("data");
const nodeOf = (inventory: Inventory, name: string) =>
  inventory.nodes.find((node) => node.name === name) ?? expect.fail(name);

/** The sample fleet with the pair `mail` on two more nodes, watched by the witness of `data`. */
function twoPairs(): { intent: Intent; inventory: Inventory } {
  const intent = sampleIntent();
  const inventory = sampleInventory();
  const mail = structuredClone(pairOf(intent));
  for (const [index, name] of ["mail-1", "mail-2"].entries()) {
    const node = structuredClone(nodeOf(inventory, "db-1"));
    const addresses = node.addresses.map((at) => ({
      ...at,
      address: at.address.replace(/\.\d+$/, `.${31 + index}`),
    }));
    inventory.nodes.push({ ...node, name, machineId: `machine-of-${name}`, addresses });
  }
  intent.mscs.mail = { ...mail, nodes: ["mail-1", "mail-2"], fencing: null, groups: {} };
  return { intent, inventory };
}

function planned(fleet: { intent: Intent; inventory: Inventory }, before?: Plan): Plan {
  const parent = before === undefined ? null : { hash: "h", plan: before };
  const { plan, refusals } = planFleet({ ...fleet, parent });
  return plan ?? expect.fail(JSON.stringify(refusals));
}

const linesOf = (plan: Plan) => plan.changes.find(({ node }) => node === "witness-1")?.lines;

it("is told of all its pairs, and a plan names them", () => {
  const plan = planned(twoPairs());
  expect(plan.policies["witness-1"]).toMatchObject({
    witness: { cluster: "data", address: "10.77.0.20", others: [{ cluster: "mail", address: "10.77.0.20" }] },
  });
  expect(linesOf(plan)).toEqual(["becomes the witness of MSCS pairs data, mail"]);
});

it("may have another address for each pair", () => {
  const fleet = twoPairs();
  pairOf(fleet.intent).networks = {};
  const [mail] = Object.values(fleet.intent.mscs).slice(-1);
  if (mail) mail.networks = { far: { subnet: "10.90.0.0/24", role: "both" } };
  for (const [name, host] of Object.entries({ "mail-1": 31, "mail-2": 32, "witness-1": 20 })) {
    const address = { interface: "eth9", address: `10.90.0.${host}`, prefixLength: 24 };
    nodeOf(fleet.inventory, name).addresses.push(address);
  }
  expect(planned(fleet).policies["witness-1"]).toMatchObject({
    witness: { address: "10.77.0.20", others: [{ cluster: "mail", address: "10.90.0.20" }] },
  });
});

it("stays while it serves one of them, and hears who comes and goes", () => {
  const both = planned(twoPairs());
  const one = planned({ ...twoPairs(), intent: sampleIntent() }, both);
  expect(linesOf(one)).toEqual(["serves MSCS pair mail no longer"]);
  expect(linesOf(planned(twoPairs(), one))).toEqual(["serves MSCS pair mail, too"]);

  const fleet = twoPairs();
  delete fleet.intent.mscs["data"];
  const rest = planned(fleet, both);
  expect(linesOf(rest)).toEqual(["serves MSCS pair data no longer"]);
  expect(rest.policies["witness-1"]).toMatchObject({ service: "witness", witness: { cluster: "mail" } });
});
