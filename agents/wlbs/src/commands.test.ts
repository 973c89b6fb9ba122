/** The commands of DOMAIN 1.8 on a host with a fake kernel, and what of them outlives a restart. */
import { BUCKET_COUNT } from "@bulkhead/core/wlbs";
import type { CommandVerb } from "@bulkhead/protocol";
import { describe, expect, test } from "vitest";
import { connectionTo, nodePolicy, secrets, TestCluster, type TestHost } from "./testing/cluster.ts";

async function pair(cluster: TestCluster): Promise<[TestHost, TestHost]> {
  const hosts: [TestHost, TestHost] = [await cluster.started("web-1"), await cluster.started("web-2")];
  await cluster.pass(4_000);
  return hosts;
}

const ruleOf = (host: TestHost, name: string) => host.status().rules.find((rule) => rule.name === name);
const code = async (host: TestHost, verb: string, args: Record<string, string> = {}) =>
  (await host.half.command(`wlbs.${verb}` as CommandVerb, args)).code;

async function restarted(cluster: TestCluster, host: TestHost, node: string): Promise<TestHost> {
  await cluster.during(host.half.stop({ keepDataPlane: true }), 2_500);
  const again = cluster.host(node);
  again.kernel.open = host.kernel.open;
  await again.half.apply(nodePolicy, secrets);
  await cluster.pass(5_000);
  return again;
}

test("start, stop and drainstop answer with the words of the original", async () => {
  using cluster = new TestCluster();
  const [first] = await pair(cluster);
  expect(await code(first, "start")).toBe("already");
  expect(await code(first, "stop")).toBe("ok");
  expect(await code(first, "drainstop")).toBe("stopped");
  expect(await code(first, "disable", { target: "all" })).toBe("stopped");
  await cluster.pass(100);
  expect(first.kernel.removals).toBeGreaterThan(0);
});

test("what a host does not understand it says, and changes nothing", async () => {
  using cluster = new TestCluster();
  const [first] = await pair(cluster);
  const codes = [
    await first.half.command("mscs.move", {}),
    await first.half.command("wlbs.enable", { target: "everything" }),
    await first.half.command("wlbs.enable", {}),
    await first.half.command("wlbs.drainstop", { deadlineS: "soon" }),
    await first.half.command("wlbs.drainstop", { deadlineS: "0" }),
    await first.half.command("wlbs.filter", { protocol: "tcp", from: "x", to: "192.0.2.100:80" }),
    await first.half.command("wlbs.ip2mac", { address: "x" }),
    await first.half.command("wlbs.queryport", { target: "x" }),
  ];
  for (const { code: given, message } of codes)
    expect([given, message.length > 20]).toEqual(["bad-params", true]);
  expect(await code(first, "queryport", { target: "all:81" })).toBe("not-found");
  expect(first.status().state).toBe("converged");
});

test("questions are answered with text for people and the same as data", async () => {
  using cluster = new TestCluster();
  const [first, second] = await pair(cluster);
  const ask = (host: TestHost, verb: string, args = {}) =>
    host.half.command(`wlbs.${verb}` as CommandVerb, args);
  expect(await ask(first, "query")).toMatchObject({
    code: "ok",
    message: expect.stringContaining("as DEFAULT"),
    data: { hostId: 1 },
  });
  expect((await ask(first, "display")).message).toContain("Convergence history");
  expect((await ask(second, "params")).message).toContain("192.0.2.2/24 on eth0");
  expect((await ask(first, "counters")).message).toContain("renewals of the lease");
  expect((await ask(first, "ip2mac", { address: "192.0.2.100" })).message).toContain("03:bf:c0:00:02:64");
  expect((await ask(first, "queryport", { target: "192.0.2.100:443" })).message).toContain("shop");
});

test("exactly one host says that it accepts a packet", async () => {
  using cluster = new TestCluster();
  const hosts = await pair(cluster);
  for (let port = 40_000; port < 40_020; port += 1) {
    const packet = { protocol: "tcp", from: `192.0.2.200:${port}`, to: "192.0.2.100:80" };
    const answers = await Promise.all(hosts.map((host) => host.half.command("wlbs.filter", packet)));
    expect(answers.filter(({ data }) => (data as { accepts: boolean }).accepts)).toHaveLength(1);
  }
});

describe("port rules", () => {
  test("a disabled rule is blocked here at once and its buckets go to the other, until it is enabled", async () => {
    using cluster = new TestCluster();
    const [first, second] = await pair(cluster);
    expect(await code(second, "disable", { target: "all:80" })).toBe("ok");
    expect(await code(second, "disable", { target: "192.0.2.100:80" })).toBe("already");
    await cluster.pass(2_000);
    expect(ruleOf(second, "web")).toMatchObject({ state: "disabled", ownedCount: 0 });
    expect(ruleOf(first, "web")?.ownedCount).toBe(BUCKET_COUNT);
    expect(ruleOf(second, "shop")?.ownedCount).toBe(BUCKET_COUNT / 2);
    expect(await code(second, "enable", { target: "all" })).toBe("ok");
    await cluster.pass(2_000);
    expect(ruleOf(second, "web")).toMatchObject({ state: "enabled", ownedCount: BUCKET_COUNT / 2 });
  });

  test("their states outlive a restart", async () => {
    using cluster = new TestCluster();
    const [, second] = await pair(cluster);
    await code(second, "drain", { target: "all:80" });
    await code(second, "disable", { target: "all:443" });
    const again = await restarted(cluster, second, "web-2");
    expect([ruleOf(again, "web")?.state, ruleOf(again, "shop")?.state]).toEqual(["draining", "disabled"]);
    expect(again.status().state).toBe("converged");
  });
});

describe("over a restart", () => {
  test("a stopped host stays stopped", async () => {
    using cluster = new TestCluster();
    const [first] = await pair(cluster);
    await code(first, "stop");
    const again = await restarted(cluster, first, "web-1");
    expect(again.status()).toMatchObject({ state: "stopped", ownedCount: 0 });
  });

  test("a suspended host stays suspended, and obeys resume alone", async () => {
    using cluster = new TestCluster();
    const [first] = await pair(cluster);
    expect(await code(first, "suspend")).toBe("ok");
    const again = await restarted(cluster, first, "web-1");
    expect(again.status().state).toBe("suspended");
    expect([await code(again, "start"), await code(again, "stop")]).toEqual(["suspended", "suspended"]);
    expect(await code(again, "resume")).toBe("ok");
    expect(again.status().state).toBe("stopped");
    expect(await code(again, "start")).toBe("ok");
    await cluster.pass(4_000);
    expect(again.status().state).toBe("converged");
  });

  test("a drain goes on, and ends as stopped when the connection ends", async () => {
    using cluster = new TestCluster();
    const [, second] = await pair(cluster);
    second.kernel.open = [connectionTo(80)];
    await code(second, "drainstop");
    await cluster.pass(3_000);
    expect(second.status()).toMatchObject({
      state: "draining",
      ownedCount: 0,
      openConnections: 1,
      drain: { openConnections: 1, deadline: null },
    });
    const again = await restarted(cluster, second, "web-2");
    expect(again.status()).toMatchObject({ state: "draining", ownedCount: 0 });
    again.kernel.open = [];
    await cluster.pass(8_000);
    expect(again.status().state).toBe("stopped");
  });
});

test("a drain with a deadline is cut there", async () => {
  using cluster = new TestCluster();
  const [, second] = await pair(cluster);
  second.kernel.open = [connectionTo(80)];
  expect(await code(second, "drainstop", { deadlineS: "10" })).toBe("ok");
  await cluster.pass(8_000);
  expect(second.status().state).toBe("draining");
  await cluster.pass(4_000);
  expect(second.status().state).toBe("stopped");
  expect(second.kernel.current).toBeNull();
});
