/** The half on a fake kernel and a fake cable; with real ones it is proven in `wlbs.lab.test.ts`. */
import { BUCKET_COUNT } from "@bulkhead/core/wlbs";
import { describe, expect, test } from "vitest";
import { nodePolicy, otherSecrets, secrets, TestCluster, type TestHost } from "./testing/cluster.ts";

const owned = (host: TestHost): number[] => host.kernel.current?.ownedBuckets ?? [];
/** One connection 10.0.0.200:40000 -> 10.0.0.100:80, established. */
const oneConnection = "  0: 6400000A:0050 C800000A:9C40 01 00000000:00000000 00:00000000 00000000 0 0 1\n";

async function pair(cluster: TestCluster): Promise<[TestHost, TestHost]> {
  const hosts: [TestHost, TestHost] = [await cluster.started("web-1"), await cluster.started("web-2")];
  await cluster.pass(4_000);
  return hosts;
}

test("two hosts share all buckets, none twice, and keep their leases alive", async () => {
  using cluster = new TestCluster();
  const [first, second] = await pair(cluster);
  expect([first.status().state, second.status().state]).toEqual(["converged", "converged"]);
  expect(new Set([...owned(first), ...owned(second)]).size).toBe(BUCKET_COUNT);
  expect(owned(first).length + owned(second).length).toBe(BUCKET_COUNT);
  expect(await first.kernel.leaseAlive()).toBe(true);
  expect(first.status()).toMatchObject({ leaseAlive: true, isDefaultHost: true, hostId: 1 });
});

test("an agent that stands still: its lease ends before its peer owns everything", async () => {
  using cluster = new TestCluster();
  const [first, second] = await pair(cluster);
  first.freeze();
  for (let passed = 0; owned(second).length < BUCKET_COUNT; passed += 10) {
    expect(passed).toBeLessThan(5_000);
    await cluster.pass(10);
  }
  expect(await first.kernel.leaseAlive()).toBe(false);
  expect(owned(first).length).toBeGreaterThan(0);
});

test("heartbeats with another key change nothing, and the log says what to look for", async () => {
  using cluster = new TestCluster();
  const first = await cluster.started("web-1");
  await cluster.started("web-2", otherSecrets);
  await cluster.pass(4_000);
  expect(first.status().members).toHaveLength(1);
  expect(first.warnings.join()).toContain("without the key of this cluster");
});

test("a kernel that refuses a plane is reported and tried again", async () => {
  using cluster = new TestCluster();
  const [, second] = await pair(cluster);
  second.kernel.failNext = "nft rejects the ruleset: no memory";
  cluster.segment.cut.add("10.0.0.1");
  for (let passed = 0; second.status().lastError === null && passed < 5_000; passed += 10)
    await cluster.pass(10);
  expect(second.status().lastError).toContain("no memory");
  await cluster.pass(8_000);
  expect(second.status()).toMatchObject({ lastError: null, ownedCount: BUCKET_COUNT });
});

test("tables that somebody flushed are put back with the next renewal", async () => {
  using cluster = new TestCluster();
  const [first] = await pair(cluster);
  first.kernel.isDamaged = true;
  await cluster.pass(300);
  expect(first.kernel.isDamaged).toBe(false);
  expect(first.warnings.join()).toContain("put back");
});

describe("commands", () => {
  test("answer with the codes of DOMAIN 1.8", async () => {
    using cluster = new TestCluster();
    const [first] = await pair(cluster);
    expect(await first.half.command("wlbs.start", {})).toMatchObject({ code: "already" });
    expect(await first.half.command("wlbs.query", {})).toMatchObject({ code: "ok", data: { hostId: 1 } });
    expect(await first.half.command("mscs.move", {})).toMatchObject({ code: "bad-params" });
    expect(await first.half.command("wlbs.stop", {})).toMatchObject({ code: "ok" });
    expect(await first.half.command("wlbs.drainstop", {})).toMatchObject({ code: "stopped" });
    await cluster.pass(100);
    expect(first.kernel.removals).toBeGreaterThan(0);
  });

  test("a stopped host stays stopped over a restart of its agent", async () => {
    using cluster = new TestCluster();
    const [first] = await pair(cluster);
    await first.half.command("wlbs.stop", {});
    await cluster.during(first.half.stop({ keepDataPlane: true }), 100);
    const again = await cluster.started("web-1");
    await cluster.pass(4_000);
    expect(again.status()).toMatchObject({ state: "stopped", ownedCount: 0 });
  });

  test("a drain goes on over a restart, and ends as stopped when the connection ends", async () => {
    using cluster = new TestCluster();
    const [, second] = await pair(cluster);
    second.sockets.text = oneConnection;
    await second.half.command("wlbs.drainstop", {});
    await cluster.pass(3_000);
    expect(second.status()).toMatchObject({ state: "draining", ownedCount: 0, openConnections: 1 });
    await cluster.during(second.half.stop({ keepDataPlane: true }), 100);
    const again = cluster.host("web-2");
    again.sockets.text = oneConnection;
    await again.half.apply(nodePolicy, secrets);
    await cluster.pass(6_000);
    expect(again.status()).toMatchObject({ state: "draining", ownedCount: 0 });
    again.sockets.text = "";
    await cluster.pass(8_000);
    expect(again.status().state).toBe("stopped");
  });
});

test("a planned end hands over first: the peer owns everything while the agent is away", async () => {
  using cluster = new TestCluster();
  const [first, second] = await pair(cluster);
  first.sockets.text = oneConnection;
  const ending = first.half.stop({ keepDataPlane: true });
  await cluster.pass(700);
  await ending;
  expect(owned(second)).toHaveLength(BUCKET_COUNT);
  expect(first.kernel).toMatchObject({ removals: 0, isClosed: true });
});

test("a release removes everything, also without a policy before it", async () => {
  using cluster = new TestCluster();
  const fresh = cluster.host("web-1");
  await fresh.half.stop({ keepDataPlane: false });
  expect(fresh.kernel.removals).toBe(1);
  const [first, second] = await pair(cluster);
  await cluster.during(first.half.stop({ keepDataPlane: false }), 1_000);
  expect(first.kernel.current).toBeNull();
  expect(owned(second)).toHaveLength(BUCKET_COUNT);
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
    host.kernel.missingInterface = "eth0";
    await expect(host.half.apply(nodePolicy, secrets)).rejects.toThrow("no interface eth0");
    host.kernel.missingInterface = null;
    await host.half.apply(nodePolicy, secrets);
    await cluster.pass(3_000);
    expect(host.status().state).toBe("converged");
  });
});
