/** The half on a fake kernel and a fake cable; with real ones it is proven in the lab tests. */
import { BUCKET_COUNT } from "@bulkhead/core/wlbs";
import { describe, expect, test } from "vitest";
import {
  connectionTo,
  newKey,
  nodePolicy,
  oldKey,
  otherSecrets,
  policyOf,
  secrets,
  TestCluster,
  type TestHost,
} from "./testing/cluster.ts";

async function pair(cluster: TestCluster): Promise<[TestHost, TestHost]> {
  const hosts: [TestHost, TestHost] = [await cluster.started("web-1"), await cluster.started("web-2")];
  await cluster.pass(4_000);
  return hosts;
}

const ruleOf = (host: TestHost, name: string) => host.status().rules.find((rule) => rule.name === name);

test("two hosts share all buckets, none twice, and keep their leases alive", async () => {
  using cluster = new TestCluster();
  const [first, second] = await pair(cluster);
  expect([first.status().state, second.status().state]).toEqual(["converged", "converged"]);
  expect(new Set([...first.kernel.owned, ...second.kernel.owned]).size).toBe(BUCKET_COUNT);
  expect(first.kernel.owned.length + second.kernel.owned.length).toBe(BUCKET_COUNT);
  expect(first.kernel.leaseAlive).toBe(true);
  expect(first.status()).toMatchObject({ leaseAlive: true, isDefaultHost: true, hostId: 1 });
});

test("an agent that stands still: its lease ends before its peer owns everything", async () => {
  using cluster = new TestCluster();
  const [first, second] = await pair(cluster);
  first.freeze();
  for (let passed = 0; second.kernel.owned.length < BUCKET_COUNT; passed += 10) {
    expect(passed).toBeLessThan(5_000);
    await cluster.pass(10);
  }
  expect(first.kernel.leaseAlive).toBe(false);
  expect(first.kernel.owned.length).toBeGreaterThan(0);
});

test("a kernel that refuses a plane is reported and tried again", async () => {
  using cluster = new TestCluster();
  const [, second] = await pair(cluster);
  second.kernel.failNext = "nft rejects the ruleset: no memory";
  cluster.segment.cut.add("192.0.2.1");
  for (let passed = 0; second.status().lastError === null && passed < 5_000; passed += 10)
    await cluster.pass(10);
  expect(second.status().lastError).toContain("no memory");
  await cluster.pass(8_000);
  expect(second.status().lastError).toBeNull();
  expect(ruleOf(second, "web")?.ownedCount).toBe(BUCKET_COUNT);
});

test("tables that somebody flushed are put back with the next renewal", async () => {
  using cluster = new TestCluster();
  const [first] = await pair(cluster);
  first.kernel.isDamaged = true;
  await cluster.pass(300);
  expect(first.kernel.isDamaged).toBe(false);
  expect(first.warnings.join()).toContain("put back");
});

test("what the machine shows is reported: traffic, connections, who is heard, claims", async () => {
  using cluster = new TestCluster();
  const [first] = await pair(cluster);
  first.kernel.open = [connectionTo(80), connectionTo(443), connectionTo(443, 40_001), connectionTo(9)];
  first.kernel.traffic = { ...first.kernel.traffic, acceptedPackets: 7 };
  first.kernel.seen = {
    probesHeardFrom: ["192.0.2.2"],
    claims: [{ vip: "192.0.2.100", mac: "02:00:00:00:00:99" }],
    sticky: [],
  };
  await cluster.pass(2_500);
  expect(first.status()).toMatchObject({ openConnections: 4, traffic: { acceptedPackets: 7 } });
  expect([ruleOf(first, "web")?.openConnections, ruleOf(first, "shop")?.openConnections]).toEqual([1, 2]);
  expect(first.status().findings.map(({ kind }) => kind)).toContain("duplicate-vip");
  expect(first.status().members[1]).toMatchObject({ hostId: 2, probeHeard: true, hearsMe: true });
});

test("frames to the cluster MAC are tried once a second", async () => {
  using cluster = new TestCluster();
  await pair(cluster);
  const before = cluster.segment.probes.length;
  await cluster.pass(5_000);
  expect(cluster.segment.probes.length - before).toBe(10);
  expect(cluster.segment.probes.at(-1)).toMatchObject({ port: 2505 });
});

test("a link that is gone is said to be the cause", async () => {
  using cluster = new TestCluster();
  const [first] = await pair(cluster);
  first.link.up = false;
  cluster.segment.cut.add("192.0.2.1");
  await cluster.pass(3_000);
  expect(first.status().findings.map(({ kind }) => kind)).toContain("media-disconnected");
});

describe("heartbeats that are not ours change nothing but a counter", () => {
  test("with another key", async () => {
    using cluster = new TestCluster();
    const first = await cluster.started("web-1");
    await cluster.started("web-2", otherSecrets);
    await cluster.pass(4_000);
    expect(first.status().members.filter(({ isMember }) => isMember)).toHaveLength(1);
    expect(first.warnings.join()).toContain("without the key of this cluster");
    expect(first.status().rejectedBeats["bad-signature"]).toBeGreaterThan(10);
    expect(first.warnings).toHaveLength(1);
  });

  test.each([
    { what: "replayed", reason: "replayed", change: (bytes: Uint8Array) => bytes },
    { what: "truncated", reason: "bad-signature", change: (bytes: Uint8Array) => bytes.subarray(0, -1) },
    { what: "cut to its head", reason: "too-short", change: (bytes: Uint8Array) => bytes.subarray(0, 20) },
    { what: "oversized", reason: "too-long", change: () => new Uint8Array(1_350) },
    { what: "of another version", reason: "wrong-version", change: (bytes: Uint8Array) => changed(bytes, 4) },
    { what: "of another make", reason: "not-a-heartbeat", change: (bytes: Uint8Array) => changed(bytes, 0) },
    { what: "with an unknown key", reason: "unknown-key", change: (bytes: Uint8Array) => changed(bytes, 9) },
    { what: "forged", reason: "bad-signature", change: (bytes: Uint8Array) => changed(bytes, 40) },
    { what: "a repetition", reason: "bad-signature", change: (bytes: Uint8Array) => changed(bytes, 20) },
  ])("$what", async ({ reason, change }) => {
    using cluster = new TestCluster();
    const [first] = await pair(cluster);
    const recorded =
      cluster.segment.sent.findLast(({ from }) => from === "192.0.2.2")?.bytes ?? new Uint8Array();
    const stranger = await cluster.segment.open({
      group: "239.255.2.100",
      port: 2504,
      address: "192.0.2.66",
      onDatagram() {},
      onBroken() {},
    });
    const before = first.status();
    stranger.send(change(recorded));
    await cluster.pass(2_000);
    expect(first.status().rejectedBeats).toEqual({ [reason]: 1 });
    expect(first.status()).toMatchObject({
      epoch: before.epoch,
      convergenceCount: before.convergenceCount,
      ownedCount: before.ownedCount,
    });
  });

  test("of another cluster", async () => {
    using cluster = new TestCluster();
    const first = await cluster.started("web-1");
    await cluster.started("web-2", secrets, policyOf({ cluster: "shop" }));
    await cluster.pass(4_000);
    expect(first.status().members.filter(({ isMember }) => isMember)).toHaveLength(1);
    expect(first.status().rejectedBeats["other-cluster"]).toBeGreaterThan(10);
  });

  test("from a host whose clock is wrong when it starts: by how much is said", async () => {
    using cluster = new TestCluster();
    const first = await cluster.started("web-1");
    const second = cluster.host("web-2");
    second.skew.ms = 45_000;
    await second.half.apply(nodePolicy, secrets);
    await cluster.pass(4_000);
    expect(first.status().rejectedBeats["stale"]).toBeGreaterThan(5);
    expect(first.status().findings.map(({ kind }) => kind)).toContain("clock-skew");
    expect(JSON.stringify(first.status().findings)).toContain("45.0 s ahead");
    second.skew.ms = 0;
    await cluster.pass(4_000);
    expect(first.status().members.filter(({ isMember }) => isMember)).toHaveLength(2);
  });

  test("a clock that jumps by an hour changes nothing in a running cluster", async () => {
    using cluster = new TestCluster();
    const [first, second] = await pair(cluster);
    const { epoch } = first.status();
    second.skew.ms = 3_600_000;
    await cluster.pass(20_000);
    expect(first.status()).toMatchObject({ epoch, rejectedBeats: {} });
    expect(second.status()).toMatchObject({ epoch, rejectedBeats: {} });
  });
});

test("keys rotate from host to host without a gap", async () => {
  using cluster = new TestCluster();
  const hosts = await pair(cluster);
  const before = hosts.map((host) => host.status().convergenceCount);
  for (const heartbeatKeys of [[oldKey, newKey], [newKey, oldKey], [newKey]]) {
    for (const host of hosts) {
      await host.half.apply(nodePolicy, { heartbeatKeys });
      await cluster.pass(2_000);
    }
  }
  expect(hosts.map((host) => host.status().convergenceCount)).toEqual(before);
  expect(hosts.map((host) => host.status().rejectedBeats)).toEqual([{}, {}]);
});

describe("health probes", () => {
  const probe = {
    check: { kind: "tcp" as const, port: 80 },
    periodMs: 500,
    timeoutMs: 500,
    rise: 2,
    fall: 2,
    whenAllFail: "serve" as const,
  };
  const { wlbs } = nodePolicy as Extract<typeof nodePolicy, { service: "wlbs" }>;
  const probed = policyOf({
    rules: wlbs.rules.map((rule) => (rule.name === "web" ? { ...rule, probe } : rule)),
  });

  test("a failing one takes its rule from this host only", async () => {
    using cluster = new TestCluster();
    const first = await cluster.started("web-1", secrets, probed);
    const second = await cluster.started("web-2", secrets, probed);
    await cluster.pass(4_000);
    expect(ruleOf(second, "web")).toMatchObject({ health: "healthy", ownedCount: BUCKET_COUNT / 2 });
    second.service.outcome = { ok: false, text: "connection refused", refused: true };
    await cluster.pass(4_000);
    expect(ruleOf(second, "web")).toMatchObject({
      health: "failing",
      healthText: "connection refused",
      ownedCount: 0,
    });
    expect(ruleOf(second, "shop")).toMatchObject({ health: "none", ownedCount: BUCKET_COUNT / 2 });
    expect(ruleOf(first, "web")).toMatchObject({ health: "healthy", ownedCount: BUCKET_COUNT });
    second.service.outcome = { ok: true, text: "connection accepted", refused: false };
    await cluster.pass(4_000);
    expect(ruleOf(second, "web")).toMatchObject({ health: "healthy", ownedCount: BUCKET_COUNT / 2 });
  });
});

test("a planned end hands over first: the peer owns everything while the agent is away", async () => {
  using cluster = new TestCluster();
  const [first, second] = await pair(cluster);
  first.kernel.open = [connectionTo(80)];
  const ending = first.half.stop({ keepDataPlane: true });
  await cluster.pass(700);
  await ending;
  expect(second.kernel.owned).toHaveLength(BUCKET_COUNT);
  expect(first.kernel).toMatchObject({ removals: 0, isClosed: true });
  const again = await cluster.started("web-1");
  await cluster.pass(4_000);
  expect(again.status().state).toBe("converged");
});

test("a release removes everything, also without a policy before it", async () => {
  using cluster = new TestCluster();
  const fresh = cluster.host("web-1");
  await fresh.half.stop({ keepDataPlane: false });
  expect(fresh.kernel.removals).toBe(1);
  const [first, second] = await pair(cluster);
  await cluster.during(first.half.stop({ keepDataPlane: false }), 1_000);
  expect(first.kernel.current).toBeNull();
  expect(second.kernel.owned).toHaveLength(BUCKET_COUNT);
});

describe("a policy that cannot be carried out is refused with what to do", () => {
  const none = { service: "none" as const, wall: nodePolicy.wall };
  test.each([
    { name: "another service", policy: none, given: secrets, message: "policy for none" },
    { name: "no key", policy: nodePolicy, given: {}, message: "no heartbeat key" },
  ])("$name", async ({ policy, given, message }) => {
    using cluster = new TestCluster();
    await expect(cluster.host("web-1").half.apply(policy, given)).rejects.toThrow(message);
  });

  test("a node that it does not name, an interface that is not there", async () => {
    using cluster = new TestCluster();
    await expect(cluster.started("web-9")).rejects.toThrow("does not name web-9");
    const host = cluster.host("web-1");
    host.link.mac = null;
    await expect(host.half.apply(nodePolicy, secrets)).rejects.toThrow("no interface eth0");
    host.link.mac = "02:00:00:00:00:01";
    await host.half.apply(nodePolicy, secrets);
    await cluster.pass(3_000);
    expect(host.status().state).toBe("converged");
  });
});

function changed(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}
