import { describe, expect, it } from "vitest";
import type { NodeFacts } from "./node-facts.ts";
import { sampleCommon, sampleGroup, samplePair } from "./sample.ts";
import { sampleNodeFacts, sampleWitnessFacts } from "./sample-facts.ts";
import type { MscsPolicy } from "./types.ts";
import { validatePair, worstResult } from "./validate.ts";
import type { Inspected, PairInspection } from "./validate-facts.ts";

const twoNetworks = samplePair({
  networks: [
    { name: "service", subnet: "10.77.0.0/24", role: "both", link: 0 },
    { name: "beat", subnet: "10.78.0.0/24", role: "internal", link: 1 },
  ],
});

function inspected<T extends { node: string }>(facts: T): Inspected<T> {
  return { node: facts.node, facts, why: null, clockAheadMs: 20, clockSlackMs: 5 };
}

/** The sample pair, with these facts of db-1 (and of db-2) otherwise. */
function found(first: Partial<NodeFacts> = {}, second: Partial<NodeFacts> = {}): PairInspection {
  return {
    nodes: [inspected(sampleNodeFacts("db-1", first)), inspected(sampleNodeFacts("db-2", second))],
    witness: inspected(sampleWitnessFacts()),
  };
}

/** `result` of the tests with this id, by node. */
function results(tests: ReturnType<typeof validatePair>, id: string): string[] {
  const wanted = tests.filter((test) => test.id === id);
  if (wanted.length === 0) throw new Error(`no test ${id} among ${tests.map((test) => test.id).join(" ")}`);
  return wanted.map(({ result, node }) => (node === null ? result : `${node} ${result}`));
}

const base = sampleNodeFacts("db-1");
const [disk] = base.disks;
const [card] = base.interfaces;
const [peer] = base.peers;
if (!disk || !card || !peer) throw new Error("the sample has a disk, a card and a peer");

describe("a healthy pair", () => {
  const tests = validatePair(twoNetworks, found());

  it("passes everything that applies", () => {
    expect(tests.filter(({ result }) => result === "fail" || result === "warning")).toEqual([]);
    expect(worstResult(tests)).toBe("pass");
    expect(new Set(tests.map(({ category }) => category))).toEqual(
      new Set(["inventory", "network", "storage", "configuration"]),
    );
  });

  it("is tested by some thirty different tests, each with a cure where it does not pass", () => {
    expect(new Set(tests.map(({ id }) => id)).size).toBeGreaterThanOrEqual(30);
    for (const { result, cure, found: said, title } of tests) {
      expect(title.length).toBeGreaterThan(5);
      if (result === "pass") expect(cure).toBeNull();
      expect(said.length).toBeGreaterThan(0);
    }
  });
});

/** What is wrong on the nodes, and which test says so with which result. */
const faults: [string, Partial<NodeFacts>, string, string[]][] = [
  ["another release", { system: { ...base.system, os: "debian 13" } }, "inventory.os", ["fail"]],
  ["another kernel", { system: { ...base.system, kernel: "6.12" } }, "inventory.kernel", ["warning"]],
  [
    "the same machine",
    { system: { ...base.system, machineId: "id-of-db-2" } },
    "inventory.machines",
    ["fail"],
  ],
  [
    "another engine",
    {
      programs: [
        { name: "corosync", version: "2.4" },
        { name: "pacemakerd", version: "2.1.5" },
      ],
    },
    "inventory.engine",
    ["fail"],
  ],
  [
    "no engine",
    { programs: [{ name: "corosync", version: null }] },
    "inventory.programs",
    ["db-1 fail", "db-2 pass"],
  ],
  [
    "an agent too little",
    { agents: [{ agent: "ocf:heartbeat:nginx", isInstalled: false }] },
    "inventory.agents",
    ["db-1 fail", "db-2 pass"],
  ],
  [
    "another server",
    { postgres: [{ resource: "sql/db", version: "13.2" }] },
    "inventory.postgresql",
    ["fail"],
  ],
  ["no server", { postgres: [{ resource: "sql/db", version: null }] }, "inventory.postgresql", ["fail"]],
  ["no such address", { interfaces: [] }, "network.addresses", ["db-1 fail", "db-2 pass"]],
  ["no cable", { interfaces: [{ ...card, isUp: false }] }, "network.cards", ["db-1 fail", "db-2 pass"]],
  [
    "DHCP",
    { interfaces: [{ ...card, addresses: card.addresses.map((held) => ({ ...held, isDynamic: true })) }] },
    "network.fixed",
    ["db-1 warning", "db-2 pass"],
  ],
  [
    "a silent peer",
    { peers: [{ ...peer, isReachable: false }] },
    "network.reachable.service",
    ["db-1 fail", "db-2 pass"],
  ],
  [
    "large packets lost",
    { peers: [{ ...peer, isFullSizeHeard: false }] },
    "network.reachable.service",
    ["db-1 warning", "db-2 pass"],
  ],
  ["another MTU", { interfaces: [{ ...card, mtu: 9000 }] }, "network.mtu", ["fail"]],
  [
    "a taken address",
    { groupAddresses: [{ address: "10.77.0.50", heldBy: "other", where: "52:54:00:00:00:01" }] },
    "network.group-addresses",
    ["fail"],
  ],
  [
    "an unknown card",
    { interfaces: [{ ...card, name: "ens3" }] },
    "network.clients",
    ["db-1 fail", "db-2 pass"],
  ],
  [
    "an unknown name",
    { names: [{ name: "db-2", addresses: [] }] },
    "network.names",
    ["db-1 warning", "db-2 pass"],
  ],
  [
    "a taken port",
    { ports: [{ port: 5405, protocol: "udp", heldBy: "netcat" }] },
    "network.ports",
    ["db-1 fail", "db-2 pass"],
  ],
  [
    "no disk",
    { disks: [{ ...disk, isPresent: false }] },
    "storage.present.sql/disk",
    ["db-1 fail", "db-2 pass"],
  ],
  ["another disk", { disks: [{ ...disk, id: "wwn-2" }] }, "storage.same.sql/disk", ["fail"]],
  ["a smaller disk", { disks: [{ ...disk, sizeBytes: 5 }] }, "storage.same.sql/disk", ["fail"]],
  ["a disk without ID", { disks: [{ ...disk, id: null }] }, "storage.same.sql/disk", ["warning"]],
  ["an empty disk", { disks: [{ ...disk, fs: null }] }, "storage.fs.sql/disk", ["db-1 fail", "db-2 pass"]],
  ["fstab", { disks: [{ ...disk, isInFstab: true }] }, "storage.fstab.sql/disk", ["db-1 fail", "db-2 pass"]],
  ["a strange mount", { disks: [{ ...disk, mountedAt: ["/mnt"] }] }, "storage.mounted.sql/disk", ["fail"]],
  [
    "a dead fence device",
    { fencing: [{ target: "db-2", works: false, said: "timed out" }] },
    "configuration.fencing-answers",
    ["db-1 fail", "db-2 pass"],
  ],
  ["another pair", { runningPair: "legacy" }, "configuration.engine", ["db-1 fail", "db-2 pass"]],
  [
    "a service at boot",
    { bootUnits: [{ unit: "postgresql.service", isEnabled: true }] },
    "configuration.boot",
    ["db-1 fail", "db-2 pass"],
  ],
];

it.each(faults)("finds %s", (...[, change, id, expected]) => {
  const tests = validatePair(twoNetworks, found(change));
  expect(results(tests, id)).toEqual(expected);
  expect(worstResult(tests)).not.toBe("pass");
});

describe("what is right on a pair that runs", () => {
  const running = {
    runningPair: "data",
    ports: [{ port: 5405, protocol: "udp", heldBy: "corosync" }] as const,
  };

  it("is a held port, a mounted disk and a held address", () => {
    const owner: Partial<NodeFacts> = {
      ...running,
      ports: [...running.ports],
      disks: [{ ...disk, mountedAt: ["/srv/sql"] }],
      groupAddresses: [{ address: "10.77.0.50", heldBy: "self", where: "eth0" }],
    };
    const other: Partial<NodeFacts> = {
      ...running,
      ports: [...running.ports],
      groupAddresses: [{ address: "10.77.0.50", heldBy: "other", where: "52:54:00:00:00:01" }],
    };
    const tests = validatePair(twoNetworks, found(owner, other));
    expect(tests.filter(({ result }) => result === "fail")).toEqual([]);
  });

  it("is not a disk that both have mounted", () => {
    const change = { ...running, ports: [...running.ports], disks: [{ ...disk, mountedAt: ["/srv/sql"] }] };
    const tests = validatePair(twoNetworks, found(change, change));
    expect(results(tests, "storage.mounted.sql/disk")).toEqual(["fail"]);
  });
});

describe("protection", () => {
  const web = sampleGroup({
    name: "web",
    resources: [{ ...sampleCommon("nginx"), type: "genericService", unit: "nginx" }],
  });

  it.each([
    ["witness", { witness: null }],
    ["fencing", { fencing: null }],
  ] as [string, Partial<MscsPolicy>][])(
    "a missing %s fails with a shared disk, and warns without",
    (id, change) => {
      const withDisk = validatePair({ ...twoNetworks, ...change }, found());
      expect(results(withDisk, `configuration.${id}`)).toEqual(["fail"]);
      const without = validatePair({ ...twoNetworks, ...change, groups: [web] }, found());
      expect(results(without, `configuration.${id}`)).toEqual(["warning"]);
    },
  );

  it("a witness that nobody reaches fails only when the pair runs", () => {
    const lost = { address: "10.77.0.20", isReachable: false, isTls: null, said: "connection refused" };
    const forming = validatePair(twoNetworks, found({ witness: lost }));
    expect(results(forming, "configuration.witness-reached")).toEqual(["db-1 warning", "db-2 pass"]);
    const runs = validatePair(twoNetworks, found({ witness: lost, runningPair: "data" }));
    expect(results(runs, "configuration.witness-reached")).toEqual(["db-1 fail", "db-2 pass"]);
  });
});

it("one network only is a warning", () => {
  expect(results(validatePair(samplePair(), found()), "network.two-links")).toEqual(["warning"]);
});

it("networks that overlap fail", () => {
  const [service, beat] = twoNetworks.networks;
  if (!service || !beat) throw new Error("two networks");
  const policy = { ...twoNetworks, networks: [service, { ...beat, subnet: "10.77.0.128/25" }] };
  expect(results(validatePair(policy, found()), "network.subnets")).toEqual(["fail"]);
});

it("a clock that is off by more than its measurement can be wrong fails", () => {
  const late = found();
  const [first, second] = late.nodes;
  if (!first || !second) throw new Error("two nodes");
  const at = (clockAheadMs: number, clockSlackMs: number) =>
    results(
      validatePair(twoNetworks, { ...late, nodes: [{ ...first, clockAheadMs, clockSlackMs }, second] }),
      "inventory.clock",
    );
  expect(at(-2_500, 100)[0]).toBe("db-1 fail");
  expect(at(-2_500, 900)[0]).toBe("db-1 pass");
  expect(at(1_000, 100)[0]).toBe("db-1 pass");
});

it("a node that does not answer fails, and what needs both is skipped", () => {
  const { nodes, witness } = found();
  const [first] = nodes;
  if (!first) throw new Error("a node");
  const silent = {
    node: "db-2",
    facts: null,
    why: "db-2 is not connected.",
    clockAheadMs: null,
    clockSlackMs: 0,
  };
  const tests = validatePair(twoNetworks, { nodes: [first, silent], witness });
  expect(results(tests, "inventory.answers")).toEqual(["db-1 pass", "db-2 fail", "witness-1 pass"]);
  expect(results(tests, "inventory.os")).toEqual(["skipped"]);
  expect(worstResult(tests)).toBe("fail");
});

it("what could not be tested keeps a report from passing; what does not apply does not", () => {
  const tests = validatePair(twoNetworks, found({ fencing: [] }));
  expect(results(tests, "configuration.fencing-answers")).toEqual(["db-1 skipped", "db-2 pass"]);
  expect(worstResult(tests)).toBe("warning");
});
