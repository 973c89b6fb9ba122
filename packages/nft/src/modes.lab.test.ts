/** Every delivery mode with real packets: three hosts and a client on one segment, both address families. */
import {
  type DataPlane,
  type DeliveryMode,
  MARK,
  type Observation,
  type PlaneRule,
} from "@bulkhead/core/wlbs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { allOwned, planeRule, planeTable, samplePlane } from "./testing/planes.ts";
import { canBuildSegments, type Place, Segment, until } from "./testing/segment.ts";

const vip4 = "10.9.0.100";
const vip6 = "fd09::100";
const vips = [
  { address: vip4, prefixLength: 24 },
  { address: vip6, prefixLength: 64 },
];
const clusterMacs: Record<DeliveryMode, string | null> = {
  unicast: "02:bf:0a:09:00:64",
  multicast: "03:bf:0a:09:00:64",
  igmp: "01:00:5e:7f:00:64",
  direct: null,
};
const rules: PlaneRule[] = [
  planeRule(),
  planeRule({ name: "tls", startPort: 443, endPort: 443, affinity: "single" }),
  planeRule({ name: "dns", startPort: 53, endPort: 53, protocol: "udp", affinity: "single" }),
];
/** Host of a bucket before and after host 2's share has gone to host 3. */
const shared = (bucket: number): number => 1 + (bucket % 3);
const moved = (bucket: number): number => (shared(bucket) === 2 ? 3 : shared(bucket));

let generation = 0;

function planeOf(
  mode: DeliveryMode,
  hosts: readonly Place[],
  at: { index: number; front?: number; isMoved?: boolean },
): DataPlane {
  const { index, front = 0, isMoved = false } = at;
  const me = index + 1;
  const ownerOf = isMoved ? moved : shared;
  const isFront = mode === "direct" && index === front;
  const table = planeTable(
    (bucket) =>
      ownerOf(bucket) === me ? MARK.owned : isMoved && shared(bucket) === me ? MARK.draining : MARK.foreign,
    isFront
      ? {
          owners: Uint8Array.from({ length: 4096 }, (_, bucket) => ownerOf(bucket)),
          drainers: isMoved
            ? [{ hostId: 2, buckets: [...Array(4096).keys()].filter((bucket) => shared(bucket) === 2) }]
            : [],
        }
      : {},
  );
  const host = hosts[index]!;
  return samplePlane({
    generation: ++generation,
    hostId: me,
    mode,
    vips,
    clusterMac: clusterMacs[mode],
    dedicatedIp: host.ipv4,
    rules,
    tables: [table],
    unruled: index === front ? "owned" : "draining",
    isFront,
    peers: mode === "direct" ? hosts.map(({ mac }, peer) => ({ hostId: peer + 1, mac })) : [],
    leaseMs: 60_000,
    longestLeaseMs: 60_000,
  });
}

const names = (tally: Record<string, number>): string[] => Object.keys(tally).sort();
const sum = (tally: Record<string, number>): number =>
  Object.values(tally).reduce((all, count) => all + count, 0);

const modes = ["multicast", "unicast", "igmp", "direct"] as const;

describe.skipIf(!canBuildSegments()).each(modes)("%s", (mode) => {
  let segment: Segment;
  let hosts: Place[];
  let client: Place;
  const put = async (
    at: { front?: number; isMoved?: boolean } = {},
    present: DeliveryMode = mode,
  ): Promise<void> => {
    for (const [index, host] of hosts.entries())
      await host.ask("set", planeOf(present, hosts, { index, ...at }), 60_000);
  };
  const neighbours = (): string => client.sh("ip neigh show");
  const neighbour = (vip: string): string =>
    neighbours()
      .split("\n")
      .find((line) => line.startsWith(`${vip} `))
      ?.match(/lladdr (\S+)/)?.[1] ?? "";

  beforeAll(async () => {
    segment = new Segment();
    client = segment.add("client");
    hosts = ["one", "two", "three"].map((name) => segment.add(name));
    client.run("client-program");
    for (const host of hosts) host.run("host-program");
    await put();
    for (const host of hosts) await host.ask("answerDatagrams", [vip4, vip6]);
  });
  afterAll(() => segment.remove());

  test.each([vip4, vip6])("connections to %s are shared by all hosts", async (vip) => {
    const answered = await client.ask<Record<string, number>>("dial", vip, 80, { count: 60 });
    expect(names(answered)).toEqual(["one", "three", "two"]);
    expect(neighbour(vip)).toBe(clusterMacs[mode] ?? hosts[0]!.mac);
  });

  test.each([vip4, vip6])("with single affinity the client of %s has one host", async (vip) => {
    const answered = await client.ask<Record<string, number>>("dial", vip, 443, { count: 20 });
    expect(names(answered)).toHaveLength(1);
    expect(sum(answered)).toBe(20);
  });

  test.each([vip4, vip6])("datagrams to %s and their fragments reach one host", async (vip) => {
    for (const size of [10, 4_000]) {
      const answered = await client.ask<Record<string, number>>("ask", vip, 53, { size, count: 10 });
      expect(answered, `size ${size}`).not.toHaveProperty("no answer");
      expect(names(answered)).toHaveLength(1);
    }
  });

  test("hosts reach each other's own addresses", async () => {
    expect(await hosts[0]!.ask("dial", hosts[1]!.ipv4, 80)).toBe("two");
    expect(await hosts[1]!.ask("dial", hosts[0]!.ipv6, 80)).toBe("one");
  });

  test("a host that dials the VIP stays local", async () => {
    for (const host of hosts) {
      expect(await host.ask("dial", vip4, 80)).toBe(host.name);
      expect(await host.ask("dial", vip6, 80)).toBe(host.name);
    }
  });

  test("the VIP is not the source of what a host sends by itself", () => {
    for (const target of [client.ipv4, client.ipv6]) {
      expect(hosts[0]!.sh(`ip route get ${target}`)).not.toMatch(/src (10\.9\.0\.100|fd09::100)/);
    }
  });

  test("asking for a neighbour in the name of the VIP gives nobody the card's own MAC", async () => {
    for (const host of hosts) host.sh("ip neigh flush all; ip -6 neigh flush all");
    await client.ask("dial", vip4, 80, { count: 30 });
    await client.ask("dial", vip6, 80, { count: 30 });
    expect(neighbour(vip4)).toBe(clusterMacs[mode] ?? hosts[0]!.mac);
    expect(neighbour(vip6)).toBe(clusterMacs[mode] ?? hosts[0]!.mac);
  });

  test("the neighbour entries stay right when the client asks again", async () => {
    client.sh(
      `for v in ${vip4} ${vip6}; do m=$(ip neigh show $v | sed 's/.*lladdr \\([^ ]*\\).*/\\1/'); ip neigh change $v dev eth0 lladdr $m nud probe; done`,
    );
    await until("both entries to be confirmed", () =>
      [vip4, vip6].every((vip) => new RegExp(`${vip} .*REACHABLE`).test(neighbours())),
    );
    expect(neighbour(vip4)).toBe(clusterMacs[mode] ?? hosts[0]!.mac);
  });

  test("the switch never learns the cluster MAC, nor the client on another port", () => {
    const table = segment.sw("bridge fdb show br sw0");
    if (clusterMacs[mode]) expect(table).not.toContain(clusterMacs[mode]);
    expect(table).toMatch(new RegExp(`${client.mac} dev client`));
  });

  test("open connections stay on their host when its buckets move, new ones go to the new owner", async () => {
    const before = await client.ask<Record<string, number>>("hold", vip4, 80, 40);
    const total = sum(await client.ask<Record<string, number>>("hold", vip6, 80, 40));
    expect(before).toHaveProperty("two");
    expect(total).toBe(80);
    await put({ isMoved: true });
    expect(await client.ask("heldAlive")).toBe(80);
    const answered = await client.ask<Record<string, number>>("dial", vip4, 80, { count: 40 });
    expect(names(answered)).toEqual(["one", "three"]);
    const counted = await hosts[1]!.ask<Observation>("counters");
    expect(counted.traffic.drainedPackets).toBeGreaterThan(0);
    const open = await hosts[1]!.ask<{ vip: string }[]>("connections");
    expect(new Set(open.map(({ vip }) => vip))).toEqual(new Set([vip4, vip6]));
    await client.ask("drop");
  });

  test("what is counted adds up", async () => {
    const traffic = (await hosts[0]!.ask<Observation>("counters")).traffic;
    expect(traffic.acceptedPackets).toBeGreaterThan(0);
    for (const field of ["acceptedPackets", "foreignPackets", "drainedBytes"] as const) {
      const byVip = traffic.vips.reduce((all, row) => all + row[field], 0);
      expect(byVip, field).toBe(traffic[field]);
    }
    expect(traffic.rules.map(({ name }) => name)).toEqual(["web", "tls", "dns"]);
    expect(traffic.bucketGroups?.reduce((all, count) => all + count, 0)).toBeGreaterThan(0);
  });

  test("without a lease nothing new is taken, and open connections go on", async () => {
    await put();
    await client.ask("hold", vip4, 80, 20);
    for (const host of hosts) await host.ask("renew", 0);
    expect(await client.ask("dial", vip4, 80, { count: 5, limitMs: 500 })).toEqual({ "no answer": 5 });
    expect(await client.ask("heldAlive")).toBe(20);
    for (const host of hosts) expect(await host.ask("renew", 60_000)).toBe(true);
    expect(await client.ask("dial", vip4, 80, { count: 5 })).not.toHaveProperty("no answer");
    await client.ask("drop");
  });

  test.runIf(mode === "direct")("a new front host announces itself", async () => {
    segment.sw("ip link set one down");
    await hosts[1]!.ask(
      "set",
      { ...planeOf(mode, hosts, { index: 1, front: 1 }), tables: [allOwned()] },
      60_000,
    );
    await until("the client to know the new front host", () =>
      [vip4, vip6].every((vip) => neighbour(vip) === hosts[1]!.mac),
    );
    expect(await client.ask("dial", vip6, 80, { count: 5 })).toEqual({ two: 5 });
    segment.sw("ip link set one up");
  });

  test.each(modes.filter((other) => other !== mode))(
    "a client with confirmed entries follows a change to %s and back",
    async (other) => {
      await put();
      for (const present of [other, mode]) {
        // Answered connections confirm the entries that are about to be wrong.
        for (const vip of [vip4, vip6]) await client.ask("dial", vip, 80, { count: 10 });
        await put({}, present);
        await until(`the client to know the MAC of ${present}`, () =>
          [vip4, vip6].every((vip) => neighbour(vip) === (clusterMacs[present] ?? hosts[0]!.mac)),
        );
        const answered = await client.ask<Record<string, number>>("dial", vip6, 80, { count: 30 });
        expect(names(answered)).toEqual(["one", "three", "two"]);
      }
    },
  );

  test("a removal leaves the interface as it was found, and cuts the connections", async () => {
    const before =
      "ip -o addr show dev eth0 | sed 's/valid_lft.*//' ; ip maddr show dev eth0; bridge fdb show dev eth0";
    const untouched = client.sh(before);
    await client.ask("hold", vip4, 80, 20);
    for (const host of hosts) await host.ask("set", null, 0);
    await until("the connections to be cut", async () => (await client.ask<number>("heldAlive")) === 0);
    const counted = (text: string): number => text.split("\n").length;
    for (const host of hosts) {
      expect(host.sh("nft list ruleset")).not.toContain("bulkhead");
      expect(host.sh("ip neigh show")).not.toMatch(/10\.9\.0\.100|fd09::100/);
      expect(host.sh(before)).not.toMatch(/10\.9\.0\.100|fd09::100|bf:0a:09|7f:00:64|239\.255/);
      expect(counted(host.sh(before))).toBe(counted(untouched));
    }
  });
});
