/** Networks of a pair from what one node can tell, and from what both tell. */
import { expect, it } from "vitest";
import { type LinkFacts, mergeNetworks, networksOf } from "./networks.ts";
import { samplePair, samplePairNode, sampleView } from "./sample.ts";

const policy = samplePair({
  nodes: [
    { ...samplePairNode("db-1", 1, "10.77.0.11"), secondAddress: "10.78.0.11" },
    { ...samplePairNode("db-2", 2, "10.77.0.12"), secondAddress: "10.78.0.12" },
  ],
  networks: [
    { name: "service", subnet: "10.77.0.0/24", role: "both", link: 0 },
    { name: "private", subnet: "10.78.0.0/24", role: "internal", link: 1 },
    { name: "office", subnet: "192.0.2.0/24", role: "client", link: null },
  ],
});
const well: LinkFacts = {
  node: "db-1",
  links: [
    { link: 0, isConnected: true },
    { link: 1, isConnected: true },
  ],
  addresses: ["127.0.0.1", "10.77.0.11", "10.78.0.11", "192.0.2.7"],
  isPeerMember: true,
};
const states = (facts: Partial<LinkFacts>) =>
  networksOf(policy, { ...well, ...facts }).map(
    ({ state, interfaces }) => `${state}: ${interfaces.map((item) => item.state).join(" ")}`,
  );
const second = (facts: Partial<LinkFacts>) => states(facts)[1];
const silent = [
  { link: 0, isConnected: true },
  { link: 1, isConnected: false },
];

it("names every network of the policy, with the addresses of its links", () => {
  expect(networksOf(policy, well)[1]).toEqual({
    name: "private",
    role: "internal",
    state: "up",
    interfaces: [
      { node: "db-1", address: "10.78.0.11", state: "up" },
      { node: "db-2", address: "10.78.0.12", state: "up" },
    ],
  });
  expect(states({})).toEqual(["up: up up", "up: up up", "unknown: up unknown"]);
});

it.each([
  ["the other node's interface", {}, "partitioned: up unreachable"],
  ["its own interface", { addresses: ["10.77.0.11"] }, "down: failed unknown"],
  ["the other node", { isPeerMember: false }, "up: up unavailable"],
  ["membership", { isPeerMember: null }, "unknown: up unknown"],
])("tells a silent link by what else is missing: %s", (_, facts, expected) => {
  expect(second({ links: silent, ...facts })).toBe(expected);
});

it("does not guess while Corosync says nothing", () => {
  expect(second({ links: [] })).toBe("unknown: up unknown");
});

it("takes a client network by the addresses inside its subnet", () => {
  expect(states({ addresses: ["10.77.0.11", "10.78.0.11"] })[2]).toBe("down: failed unknown");
});

it("merges what both nodes see: each knows its own interface best", () => {
  const a = sampleView({ networks: networksOf(policy, { ...well, links: silent }) });
  const theirs = { node: "db-2", addresses: ["10.77.0.12", "192.0.2.8"], links: silent, isPeerMember: true };
  const b = sampleView({ networks: networksOf(policy, theirs) });
  const merged = mergeNetworks({ node: "db-1", view: a }, { node: "db-2", view: b });
  expect(merged[1]).toMatchObject({
    state: "partitioned",
    interfaces: [{ state: "up" }, { state: "failed" }],
  });
  expect(merged[2]?.interfaces.map(({ state }) => state)).toEqual(["up", "up"]);
});

const seenBy = (node: "db-1" | "db-2", facts: Partial<LinkFacts>) => ({
  node,
  view: sampleView({ networks: networksOf(policy, { ...well, node, ...facts }) }),
});
const whole = {
  "db-1": ["10.77.0.11", "10.78.0.11", "192.0.2.7"],
  "db-2": ["10.77.0.12", "10.78.0.12", "192.0.2.8"],
};
const pulled = { "db-1": ["10.77.0.11"], "db-2": ["10.77.0.12"] };

const cables = [
  {
    what: "both interfaces up, but nobody heard",
    one: whole["db-1"],
    two: whole["db-2"],
    link: "partitioned",
    client: "up",
  },
  {
    what: "the cable of one pulled",
    one: pulled["db-1"],
    two: whole["db-2"],
    link: "partitioned",
    client: "partitioned",
  },
  {
    what: "the cable of the other pulled",
    one: whole["db-1"],
    two: pulled["db-2"],
    link: "partitioned",
    client: "partitioned",
  },
  { what: "both cables pulled", one: pulled["db-1"], two: pulled["db-2"], link: "down", client: "down" },
];
it.each(cables)("says the same whoever is asked first: $what", ({ one, two, link, client }) => {
  const a = seenBy("db-1", { addresses: one, links: silent });
  const b = seenBy("db-2", { addresses: two, links: silent });
  for (const merged of [mergeNetworks(a, b), mergeNetworks(b, a)])
    expect(merged.map(({ state }) => state)).toEqual(["up", link, client]);
});
