/** `NftEngine` against the real kernel: leases, changes, repairs, restarts, removals. */
import { BUCKET_COUNT, type DataPlane, MARK, type Observation } from "@bulkhead/core/wlbs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { allOwned, planeRule, planeTable, samplePlane, shareOf } from "./testing/planes.ts";
import { canBuildSegments, type Place, Segment } from "./testing/segment.ts";

let generation = 0;
const vip = "10.9.0.100";
const mac = "03:bf:0a:09:00:64";

function next(change: Partial<DataPlane> = {}): DataPlane {
  return samplePlane({ generation: ++generation, dedicatedIp: "10.9.0.1", ...change });
}

describe.skipIf(!canBuildSegments())("the engine", () => {
  let segment: Segment;
  let host: Place;
  let client: Place;
  let plane: DataPlane;
  const set = (wanted: DataPlane | null, leaseMs = 5_000): Promise<boolean> =>
    host.ask("set", wanted, leaseMs);
  const carried = (): string =>
    host.sh("ip -o addr show dev eth0; ip maddr show dev eth0; bridge fdb show dev eth0");
  const isAlive = async (): Promise<boolean> => (await host.ask<Observation>("counters")).leaseAlive;

  beforeAll(() => {
    segment = new Segment();
    host = segment.add("host");
    client = segment.add("client");
    client.run("client-program");
    host.run("host-program");
  });
  afterAll(() => segment.remove());
  beforeEach(async () => {
    plane = next();
    await set(plane);
  });

  const renewBy = async (way: "packets" | "nft"): Promise<void> => {
    await host.ask("restart", way);
    plane = next();
    await set(plane);
  };

  test("without a plane nothing is renewed, counted or connected", async () => {
    await set(null);
    expect(await host.ask("renew", 500)).toBe(false);
    expect(await host.ask("connections")).toEqual([]);
    expect(await host.ask("counters")).toMatchObject({
      leaseAlive: false,
      probesHeardFrom: null,
      claims: [],
    });
  });

  test("puts the VIP and the cluster MAC on the interface", () => {
    expect(carried()).toContain(`${vip}/32`);
    expect(carried()).toContain(mac);
  });

  describe.each(["packets", "nft"] as const)("renewed by %s", (way) => {
    beforeEach(() => renewBy(way));

    test("a lease ends a little early and never late", async () => {
      const earlyMs = await host.ask<number>("leaseEndsEarlyMs", 2_000);
      expect(earlyMs).toBeGreaterThanOrEqual(0);
      expect(earlyMs).toBeLessThan(way === "nft" ? 200 : 200 + 10_000 / 32);
    });

    test("a lease that has run out is renewed as one that lives is", async () => {
      expect(await host.ask("renew", 300)).toBe(true);
      await expect.poll(isAlive).toBe(false);
      expect(await host.ask("renew", 5_000)).toBe(true);
      expect(await isAlive()).toBe(true);
    });

    test("a lease can be shortened, and none is an end at once", async () => {
      expect(await host.ask("renew", 10_000)).toBe(true);
      expect(await isAlive()).toBe(true);
      expect(await host.ask("renew", 0)).toBe(false);
      expect(await isAlive()).toBe(false);
    });

    test("renewals survive a pause of the process, and an nft that dies or hangs", async () => {
      expect(await host.ask("renewAfterSleep")).toBe(true);
      for (const signal of ["SIGKILL", "SIGSTOP"]) {
        // The end of a lease goes through nft always; the first may still find the one that was killed.
        for (let round = 0; round < 2; round += 1) await host.ask("renew", 0);
        await host.ask("signalNft", signal);
        expect(await host.ask("renew", 5_000), signal).toBe(true);
        expect(await isAlive(), signal).toBe(true);
      }
    });

    test("renewals go on beside an install", async () => {
      expect(await host.ask("renewBeside", next())).not.toContain(false);
    });

    test("renewals fail once the tables are gone", async () => {
      host.sh("nft flush ruleset");
      expect(await host.ask("renew", 5_000)).toBe(false);
    });

    test("nft is asked only where no packet can do it", async () => {
      const asked = (): Promise<number> => host.ask("renewalsByNft");
      // One in two seconds goes through nft in any case: this one, if it is time.
      expect(await host.ask("renew", 5_000)).toBe(true);
      const before = await asked();
      for (let round = 0; round < 10; round += 1) expect(await host.ask("renew", 5_000)).toBe(true);
      expect((await asked()) - before).toBeLessThanOrEqual(way === "nft" ? 10 : 1);
      expect((await asked()) - before).toBeGreaterThanOrEqual(way === "nft" ? 10 : 0);
    });
  });

  test("without loopback the lease is renewed through nft, and by packets again later", async () => {
    await renewBy("packets");
    host.sh("ip link set lo down");
    expect(await host.ask("renew", 5_000)).toBe(true);
    expect(await isAlive()).toBe(true);
    host.sh("ip link set lo up");
    const renewals = Array.from({ length: 101 }, () => host.ask("renew", 5_000));
    expect(await Promise.all(renewals)).not.toContain(false);
    const before = await host.ask<number>("renewalsByNft");
    for (let round = 0; round < 10; round += 1) expect(await host.ask("renew", 5_000)).toBe(true);
    expect(await host.ask("renewalsByNft")).toBeLessThanOrEqual(before + 1);
  });

  test("a packet that does not know the secret renews nothing", async () => {
    await renewBy("packets");
    const rule = host.sh("nft list chain netdev bulkhead lo");
    const port = Number(/udp dport (\d+)/.exec(rule)?.[1]);
    const rungs = host.sh("nft list chain netdev bulkhead renewals");
    const ms = Number(/timeout (\d+)ms/.exec(rungs)?.[1]);
    expect(await host.ask("renew", 0)).toBe(false);
    await host.ask("forge", port, ms);
    expect(await isAlive()).toBe(false);
  });

  test("a plane in place is left alone", async () => {
    expect(await set(plane)).toBe(false);
  });

  test("an older plane is refused", async () => {
    await expect(set({ ...plane, generation: plane.generation - 1 })).rejects.toThrow(/older than/);
    expect(await set(plane)).toBe(false);
  });

  test.each([
    ["flush ruleset", "nft flush ruleset"],
    ["flush of one table", "nft flush table netdev bulkhead"],
    ["a deleted table", "nft delete table arp bulkhead"],
    ["a lost address", `ip addr del ${vip}/32 dev eth0`],
    ["a lost MAC", `ip maddr del ${mac} dev eth0`],
  ])("repairs %s", async (_, damage) => {
    host.sh(damage);
    expect(await set(plane)).toBe(true);
    expect(await set(plane)).toBe(false);
    expect(await isAlive()).toBe(true);
    expect(carried()).toContain(`${vip}/32`);
    expect(carried()).toContain(mac);
  });

  test("a change replaces what the old plane had added", async () => {
    await set(next({ vips: [{ address: "10.9.0.101", prefixLength: 24 }], clusterMac: "03:bf:0a:09:00:65" }));
    expect(carried()).toContain("10.9.0.101/32");
    expect(carried()).not.toContain(vip);
    expect(carried()).not.toContain(mac);
  });

  test.each(["unicast", "igmp", "direct", "multicast"] as const)(
    "a change to %s mode leaves nothing of the old one",
    async (mode) => {
      const macs = { unicast: "02:bf:0a:09:00:64", igmp: "01:00:5e:7f:00:64", multicast: mac, direct: null };
      await set(next({ mode, clusterMac: macs[mode] }));
      for (const [other, address] of Object.entries(macs)) {
        if (address) expect(carried().includes(address), `${address} of ${other}`).toBe(other === mode);
      }
      expect(carried().includes("239.255.0.100")).toBe(mode === "igmp");
      expect(carried()).toContain(`${vip}/32`);
    },
  );

  test("counters go on over changes", async () => {
    const count = async (): Promise<number> =>
      (await host.ask<Observation>("counters")).traffic.acceptedPackets;
    const before = await count();
    expect(await client.ask("dial", vip, 80, { count: 5 })).toEqual({ host: 5 });
    const after = await count();
    expect(after).toBeGreaterThan(before);
    await set(next({ unruled: "draining", tables: [shareOf(1, 2)] }));
    expect(await count()).toBeGreaterThanOrEqual(after);
    await host.ask("restart");
    await set(next());
    expect(await count()).toBeGreaterThanOrEqual(after);
  });

  test("a later process finds what the earlier left, changes it, and removes exactly that", async () => {
    await host.ask("restart");
    const later = next({ vips: [{ address: "10.9.0.102", prefixLength: 24 }] });
    expect(await set(later)).toBe(true);
    expect(carried()).not.toContain(vip);
    await host.ask("restart");
    expect(await set(null, 0)).toBe(true);
    expect(carried()).not.toMatch(/10\.9\.0\.10\d\//);
    expect(carried()).not.toContain(mac);
    expect(host.sh("nft list ruleset")).toBe("");
    expect(await set(null, 0)).toBe(false);
  });

  test("tables of another layout are replaced", async () => {
    await host.ask("restart");
    host.sh(
      "nft 'delete table netdev bulkhead; add table netdev bulkhead; add set netdev bulkhead leased { type ifname; }'",
    );
    expect(await set(next())).toBe(true);
    expect(host.sh("nft list set netdev bulkhead leased")).toContain("type mark");
  });

  test("what was on the interface before is left there", async () => {
    await set(null, 0);
    host.sh(`ip addr add ${vip}/24 dev eth0; ip maddr add ${mac} dev eth0`);
    await set(next());
    await set(null, 0);
    expect(carried()).toContain(`${vip}/24`);
    expect(carried()).toContain(mac);
    host.sh(`ip addr del ${vip}/24 dev eth0; ip maddr del ${mac} dev eth0`);
  });

  test("a missing interface is named with the cure, and the last plane goes on", async () => {
    await expect(set(next({ interface: "eth7" }))).rejects.toThrow(/no interface eth7.*fleet file/);
    expect(await host.ask("renew", 1_000)).toBe(true);
  });

  test("a switched off IPv6 is named with the cure", async () => {
    host.sh("sysctl -qw net.ipv6.conf.eth0.disable_ipv6=1");
    const inKernel = (): string[] => [
      carried().replaceAll(/.*33:33.*\n/g, ""),
      host.sh("nft -s list ruleset").replaceAll(/.*elements = \{ ("eth0"|0x00000000).*\n/g, ""),
    ];
    const before = inKernel();
    const ipv6 = next({ vips: [{ address: "fd09::100", prefixLength: 64 }] });
    await expect(set(ipv6)).rejects.toThrow(/disable_ipv6/);
    expect(inKernel()).toEqual(before);
    expect(await isAlive()).toBe(true);
    host.sh("sysctl -qw net.ipv6.conf.eth0.disable_ipv6=0; ip addr add fd09::1/64 dev eth0 nodad");
  });

  test("an interface that went away and came back is served again", async () => {
    const names = host.sh("ip -o link show dev eth0");
    expect(names).toContain("eth0");
    host.sh(`ip link del eth0`);
    await expect(set(plane)).rejects.toThrow(/no interface eth0/);
    segment.plug(host);
    expect(await set(plane)).toBe(true);
    expect(carried()).toContain(`${vip}/32`);
    expect(host.sh("nft list chain netdev bulkhead in")).toContain("goto t0");
  });

  test("a takeover is in the kernel within milliseconds", async () => {
    const marks = (hosts: number) =>
      planeTable((bucket) => (bucket % hosts === 0 ? MARK.owned : MARK.foreign));
    const rules = [planeRule(), planeRule({ name: "tls", startPort: 443, endPort: 443, affinity: "single" })];
    // Of 12 hosts one dies, of 3 one, of 2 one; the default host changes as well; everything at once.
    const changes = [
      { tables: [marks(12)] },
      { tables: [planeTable((bucket) => (bucket % 11 === 0 ? MARK.owned : MARK.foreign))] },
      { tables: [marks(3)], unruled: "draining" as const },
      { tables: [marks(2)] },
      { tables: [allOwned()], unruled: "owned" as const },
      { tables: [planeTable((bucket) => (bucket >= BUCKET_COUNT / 2 ? MARK.owned : MARK.foreign))] },
      { tables: [planeTable((bucket) => (bucket < BUCKET_COUNT / 2 ? MARK.owned : MARK.draining))] },
    ];
    const planes = changes.map((change) => next({ rules, ...change }));
    const measured = await host.ask<{ renewMs: number; setMs: number[]; countersMs: number }>(
      "measure",
      planes,
      200,
    );
    const rounded = measured.setMs.map((ms) => ms.toFixed(1)).join(" ");
    process.stdout.write(
      `renewal ${measured.renewMs.toFixed(2)} ms, changes ${rounded} ms, counters ${measured.countersMs.toFixed(1)} ms\n`,
    );
    // Wide bounds: the machine does other work. What is aimed at is 10 ms for a takeover.
    expect(Math.min(...measured.setMs)).toBeLessThan(400);
  });
});
