import { describe, expect, it } from "vitest";
import { type BundleGuardInput, type OfferedPolicy, type OfferedWall, refuseBundle } from "./bundle-guard.ts";

const wall: OfferedWall = {
  vips: [{ address: "192.0.2.100", cluster: "web" }],
  mscsAddresses: [{ address: "192.0.2.50", owner: "group sql, resource ip" }],
};
const emptyWall: OfferedWall = { vips: [], mscsAddresses: [] };

type Wlbs = Extract<OfferedPolicy, { service: "wlbs" }>["wlbs"];
type Mscs = Extract<OfferedPolicy, { service: "mscs" }>["mscs"];

const vips = (...addresses: string[]) => addresses.map((address) => ({ address }));

function wlbs(over: Partial<Wlbs> = {}, around = wall): OfferedPolicy {
  const hosts = [{ node: "n1", dedicatedIp: "192.0.2.1" }];
  return {
    service: "wlbs",
    wall: around,
    wlbs: { cluster: "web", vips: vips("192.0.2.100"), hosts, ...over },
  };
}

function mscs(over: Partial<Mscs> = {}, around = wall): OfferedPolicy {
  const nodes = [
    { node: "n1", address: "192.0.2.11" },
    { node: "n2", address: "192.0.2.12" },
  ];
  const groups = [{ name: "sql", resources: [{ name: "ip", type: "ipAddress", address: "192.0.2.50" }] }];
  const witness = { node: "w", address: "192.0.2.20" };
  return { service: "mscs", wall: around, mscs: { cluster: "data", nodes, witness, groups, ...over } };
}

const witness: OfferedPolicy = {
  service: "witness",
  wall,
  witness: { cluster: "data", address: "192.0.2.20" },
};
const none: OfferedPolicy = { service: "none", wall };

function offer(policy: OfferedPolicy, over: Partial<BundleGuardInput> = {}) {
  return refuseBundle({
    offered: { node: "n1", machineId: "m1", generation: 5, policy },
    offeredDigest: "d5",
    self: { node: "n1", machineId: "m1" },
    latched: null,
    lastGeneration: 0,
    lastDigest: null,
    servicesSeen: [],
    knownWall: null,
    ...over,
  });
}

it.each([
  ["wlbs", wlbs()],
  ["mscs", mscs()],
  ["witness", witness],
  ["none", none],
])("lets a fresh node become %s", (_, policy) => {
  expect(offer(policy)).toBeNull();
});

describe("R1", () => {
  const web = { service: "wlbs" as const, cluster: "web" };
  const data = { service: "mscs" as const, cluster: "data" };

  it("holds in both directions and names both clusters", () => {
    for (const refusal of [offer(mscs(), { latched: web }), offer(wlbs(), { latched: data })]) {
      expect(refusal?.rule).toBe("R1");
      expect(refusal?.objects.map(({ name }) => name)).toEqual(["n1", "web", "data"]);
      expect(refusal?.reason).toContain("KB Q223157");
    }
  });

  it("lets a node stay what it is, change its cluster, and be released", () => {
    expect(offer(wlbs({ cluster: "shop" }), { latched: web })).toBeNull();
    expect(offer(mscs(), { latched: data })).toBeNull();
    expect(offer(none, { latched: web })).toBeNull();
  });

  it("has its like for the witness", () => {
    expect(offer(witness, { latched: web })?.rule).toBe("B-bundle-service");
    expect(offer(wlbs(), { latched: { service: "witness", cluster: "data" } })?.rule).toBe(
      "B-bundle-service",
    );
  });
});

describe("R3", () => {
  it("looks at the machine, whatever the ledger says", () => {
    expect(offer(wlbs(), { servicesSeen: ["mscs"] })?.rule).toBe("R3");
    expect(offer(mscs(), { servicesSeen: ["wlbs"] })?.rule).toBe("R3");
    expect(offer(mscs(), { servicesSeen: ["wlbs", "mscs"] })?.rule).toBe("R3");
  });

  it("lets the own service be seen, and a release through", () => {
    expect(offer(wlbs(), { servicesSeen: ["wlbs"] })).toBeNull();
    expect(offer(none, { servicesSeen: ["wlbs", "mscs"] })).toBeNull();
  });
});

describe("R4", () => {
  const vip = "192.0.2.100";
  const group = (address: string) => [{ name: "g", resources: [{ name: "ip", type: "ipAddress", address }] }];

  it.each([
    ["a group address", mscs({ groups: group(vip) })],
    ["the same address written as IPv6", mscs({ groups: group("::ffff:192.0.2.100") })],
    ["a node address", mscs({ nodes: [{ node: "n1", address: vip }] })],
    ["a second node address", mscs({ nodes: [{ node: "n1", address: "192.0.2.11", secondAddress: vip }] })],
    ["the witness's", mscs({ witness: { node: "w", address: vip } })],
    ["the witness's own policy", { ...witness, witness: { cluster: "data", address: vip } } as OfferedPolicy],
    [
      "the witness's for its second pair",
      {
        ...witness,
        witness: { cluster: "data", address: "192.0.2.20", others: [{ cluster: "mail", address: vip }] },
      } as OfferedPolicy,
    ],
    ["the two sides of the wall", wlbs({}, { ...wall, mscsAddresses: [{ address: vip, owner: "x" }] })],
    ["an own VIP against the wall", wlbs({ vips: vips("192.0.2.50") })],
    ["a further VIP against the wall", wlbs({ vips: vips("192.0.2.100", "2001:db8::1", "192.0.2.50") })],
    [
      "an IPv6 VIP, however it is written",
      wlbs(
        { vips: vips("192.0.2.100", "2001:db8::1") },
        { ...wall, mscsAddresses: [{ address: "2001:DB8:0::1", owner: "x" }] },
      ),
    ],
  ])("refuses %s", (_, policy) => {
    const refusal = offer(policy);
    expect(refusal?.rule).toBe("R4");
    expect(refusal?.objects[0]?.kind).toBe("address");
  });

  it("holds against the wall of the last bundle, when this one keeps quiet about it", () => {
    expect(offer(mscs({ groups: group(vip) }, emptyWall))).toBeNull();
    const refusal = offer(mscs({ groups: group(vip) }, emptyWall), { knownWall: wall });
    expect(refusal?.rule).toBe("R4");
    expect(refusal?.cure).toContain("apply that change alone first");
    expect(
      offer(wlbs({ vips: vips("192.0.2.101", "192.0.2.50") }, emptyWall), { knownWall: wall })?.rule,
    ).toBe("R4");
  });

  it("does not mind an address that moved between two other clusters", () => {
    const known = { vips: [{ address: "192.0.2.77", cluster: "old" }], mscsAddresses: [] };
    const now = {
      vips: wall.vips,
      mscsAddresses: [{ address: "192.0.2.77", owner: "group new, resource ip" }],
    };
    expect(offer(wlbs({}, now), { knownWall: known })).toBeNull();
  });
});

describe("R5", () => {
  const ip = (name: string, address: string) => ({ name, type: "ipAddress", address });

  it.each([
    ["node n2", mscs({ groups: [{ name: "g", resources: [ip("a", "192.0.2.12")] }] })],
    [
      "node n1",
      mscs({
        nodes: [{ node: "n1", address: "192.0.2.11", secondAddress: "198.51.100.11" }],
        groups: [{ name: "g", resources: [ip("a", "198.51.100.11")] }],
      }),
    ],
    ["witness w", mscs({ groups: [{ name: "g", resources: [ip("a", "192.0.2.20")] }] })],
    [
      "resource a of group g",
      mscs({ groups: [{ name: "g", resources: [ip("a", "192.0.2.60"), ip("b", "192.0.2.60")] }] }),
    ],
    ["host n1 (dedicated IP)", wlbs({ hosts: [{ node: "n1", dedicatedIp: "192.0.2.50" }] })],
  ])("names %s as the other owner", (owner, policy) => {
    const refusal = offer(policy);
    expect(refusal?.rule).toBe("R5");
    expect(refusal?.message).toContain(owner);
  });
});

describe("house rules", () => {
  it("refuse a bundle of another node, machine or cluster", () => {
    expect(offer(wlbs(), { self: { node: "n2", machineId: "m1" } })?.rule).toBe("B-bundle-machine");
    expect(offer(wlbs(), { self: { node: "n1", machineId: "m2" } })?.rule).toBe("B-bundle-machine");
    expect(offer(wlbs({ hosts: [] }))?.rule).toBe("B-bundle-machine");
    expect(offer(mscs({ nodes: [] }))?.rule).toBe("B-bundle-machine");
  });

  it("refuse older bundles and other content under one number, and take the same one again", () => {
    expect(offer(wlbs(), { lastGeneration: 6, lastDigest: "d6" })?.rule).toBe("B-bundle-old");
    expect(offer(wlbs(), { lastGeneration: 5, lastDigest: "other" })?.rule).toBe("B-bundle-old");
    expect(offer(wlbs(), { lastGeneration: 5, lastDigest: "d5" })).toBeNull();
    expect(offer(none, { lastGeneration: 6, lastDigest: "d6" })?.rule).toBe("B-bundle-old");
  });

  it("fill every text of every refusal", () => {
    const refusals = [
      offer(wlbs(), { servicesSeen: ["mscs"] }),
      offer(wlbs(), { lastGeneration: 6 }),
      offer(wlbs(), { self: { node: "x", machineId: "y" } }),
      offer(mscs(), { latched: { service: "wlbs", cluster: "web" } }),
      offer(witness, { latched: { service: "wlbs", cluster: "web" } }),
    ];
    for (const refusal of refusals) {
      if (refusal === null) throw new Error("a refusal was expected");
      const { message, reason, cure, objects } = refusal;
      expect(Math.min(message.length, reason.length, cure.length)).toBeGreaterThan(15);
      expect(message).not.toMatch(/\.$|undefined|null/);
      expect(objects.length).toBeGreaterThan(0);
    }
  });
});
