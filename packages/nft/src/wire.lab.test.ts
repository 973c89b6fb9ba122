/** What the segment sees: probe frames, claims of others, pruned switches, and two front hosts at once. */
import { bucketOf, type DataPlane, MARK, type Observation } from "@bulkhead/core/wlbs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { allOwned, planeRule, planeTable, samplePlane } from "./testing/planes.ts";
import { canBuildSegments, type Place, Segment, until } from "./testing/segment.ts";

const vip4 = "10.9.0.100";
const vip6 = "fd09::100";
const vips = [
  { address: vip4, prefixLength: 24 },
  { address: vip6, prefixLength: 64 },
];
const group = "239.255.0.100";
const probePort = 2505;

/**
 * Prunes by MAC as hardware does: frames to 01:00:5e:7f go only to ports that have reported the group (IGMPv2 or v3, the last
 * two bytes compared). The bridge's own snooping compares IP addresses and would flood them.
 */
const snooper = `nft -f - <<'END'
table bridge snoop {
  set members { typeof meta iifname . @ll,32,16; flags dynamic,timeout; timeout 60s; }
  chain learn { type filter hook prerouting priority 0; policy accept;
    ip protocol igmp @th,0,8 { 0x12, 0x16 } update @members { meta iifname . @th,48,16 }
    ip protocol igmp @th,0,8 0x22 @th,64,8 { 2, 4 } update @members { meta iifname . @th,112,16 }
  }
  chain prune { type filter hook forward priority 0; policy accept;
    ether daddr & ff:ff:ff:ff:00:00 == 01:00:5e:7f:00:00 meta oifname . @ll,32,16 != @members drop
  }
}
END`;
/** Counts frames to the cluster MAC where nobody is a member. */
const bystander = (mac: string): string =>
  `nft 'table netdev watch { chain in { type filter hook ingress device eth0 priority 0; ether daddr ${mac} counter; }; }'`;

let generation = 0;

describe.skipIf(!canBuildSegments())("on the wire", () => {
  let segment: Segment;
  let client: Place;
  let hosts: Place[];
  const observe = (host: number): Promise<Observation> => hosts[host]!.ask("counters");

  /** The same plane on both hosts, which share the buckets; `change` by host ID. */
  async function put(change: (host: number) => Partial<DataPlane>): Promise<void> {
    for (const [index, host] of hosts.entries()) {
      const plane = samplePlane({
        generation: ++generation,
        hostId: index + 1,
        dedicatedIp: host.ipv4,
        vips,
        heartbeatGroup: group,
        heartbeatPort: probePort - 1,
        tables: [planeTable((bucket) => (bucket % 2 === index ? MARK.owned : MARK.foreign))],
        unruled: index === 0 ? "owned" : "draining",
        ...change(index + 1),
      });
      await host.ask("set", plane, 60_000);
    }
  }

  beforeAll(() => {
    segment = new Segment();
    client = segment.add("client");
    hosts = ["one", "two"].map((name) => segment.add(name));
    client.run("client-program");
    for (const host of hosts) host.run("host-program");
  });
  afterAll(() => segment.remove());

  test.each([
    ["multicast", "03:bf:0a:09:00:64"],
    ["unicast", "02:bf:0a:09:00:64"],
    ["igmp", "01:00:5e:7f:00:64"],
  ] as const)("%s: probe frames travel to the cluster MAC", async (mode, clusterMac) => {
    await put(() => ({ mode, clusterMac }));
    client.sh(bystander(clusterMac));
    expect((await observe(1)).probesHeardFrom).toEqual([]);
    await hosts[0]!.ask("probe", group, probePort, hosts[0]!.ipv4);
    await until(
      "the probe",
      async () => (await observe(1)).probesHeardFrom?.includes(hosts[0]!.ipv4) ?? false,
    );
    expect((await observe(0)).probesHeardFrom).toEqual([]);
    expect(client.sh("nft list table netdev watch")).not.toContain("packets 0");
    client.sh("nft delete table netdev watch");
    await hosts[0]!.ask("set", null, 0);
    await hosts[1]!.ask("set", null, 0);
  });

  test("a switch that does not carry the cluster MAC is found by them", async () => {
    await put(() => ({}));
    segment.sw(
      "nft 'table bridge deaf { chain f { type filter hook forward priority 0; ether daddr 03:bf:0a:09:00:64 drop; }; }'",
    );
    await hosts[0]!.ask("probe", group, probePort, hosts[0]!.ipv4);
    segment.sw("nft delete table bridge deaf");
    expect((await observe(1)).probesHeardFrom).toEqual([]);
    await hosts[0]!.ask("probe", group, probePort, hosts[0]!.ipv4);
    await until("the probe", async () => (await observe(1)).probesHeardFrom?.length === 1);
  });

  test("whoever else has a VIP is found, in both families, though it keeps silent", async () => {
    await put(() => ({}));
    expect((await observe(0)).claims).toEqual([]);
    client.sh(`ip addr add ${vip4}/32 dev eth0; ip addr add ${vip6}/128 dev eth0 nodad`);
    await until("both claims", async () => (await observe(0)).claims.length === 2, 20_000);
    expect((await observe(0)).claims).toEqual([
      { vip: vip4, mac: client.mac },
      { vip: vip6, mac: client.mac },
    ]);
    client.sh(`ip addr del ${vip4}/32 dev eth0; ip addr del ${vip6}/128 dev eth0`);
    await until("the claims to be forgotten", async () => (await observe(0)).claims.length === 0, 30_000);
  });

  test("a neighbour cache that somebody has spoilt is put right by the next announcement", async () => {
    for (const host of hosts) await host.ask("set", null, 0);
    client.sh(
      `for v in ${vip4} ${vip6}; do ip neigh replace $v dev eth0 lladdr 02:00:00:00:00:99 nud stale; done`,
    );
    await put(() => ({}));
    await until("the cluster MAC", () => {
      const entries = client.sh("ip neigh show");
      return [vip4, vip6].every((vip) => entries.includes(`${vip} dev eth0 lladdr 03:bf:0a:09:00:64`));
    });
  });

  test("a switch that prunes by IGMP sends to members only, also when the agent is gone", async () => {
    segment.sw(snooper);
    const third = segment.add("third");
    third.sh(bystander("01:00:5e:7f:00:64"));
    await put(() => ({ mode: "igmp", clusterMac: "01:00:5e:7f:00:64" }));
    await until(
      "the memberships",
      () => segment.sw("nft list set bridge snoop members").match(/0x64/g)?.length === 2,
    );
    const answered = await client.ask<Record<string, number>>("dial", vip4, 80, { count: 40 });
    expect(Object.keys(answered).toSorted()).toEqual(["one", "two"]);
    expect(third.sh("nft list table netdev watch")).toContain("packets 0");
    // The heartbeats' group is the very same: datagrams to it still leave.
    await hosts[0]!.ask("probe", group, 9_999, hosts[0]!.ipv4);
    expect(hosts[0]!.sh(`ip route get ${group} oif eth0`)).toContain("dev eth0");
    hosts[1]!.kill();
    expect(hosts[1]!.sh("ip maddr show dev eth0")).toContain("01:00:5e:7f:00:64");
    hosts[1]!.run("host-program");
    segment.sw("nft delete table bridge snoop");
  });

  test("every connection ends where the hash says, in both families", async () => {
    await put(() => ({}));
    for (const vip of [vip4, vip6]) {
      const address = vip === vip4 ? client.ipv4 : client.ipv6;
      const each = await client.ask<{ owner: string; port: number }[]>("dialEach", vip, 80, 100);
      const expected = each.map(({ port }) => hosts[bucketOf("none", { address, port }, 0x5eed) % 2]!.name);
      expect(each.map(({ owner }) => owner)).toEqual(expected);
    }
  });

  test("two front hosts that mean each other do not send a packet in circles", async () => {
    const peers = hosts.map(({ mac }, index) => ({ hostId: index + 1, mac }));
    // Each believes that the other owns everything.
    await put((host) => ({
      mode: "direct",
      clusterMac: null,
      isFront: true,
      peers,
      tables: [planeTable(() => MARK.foreign, { owners: new Uint8Array(4096).fill(3 - host) })],
    }));
    expect(await client.ask("dial", vip4, 80, { count: 5, limitMs: 500 })).toEqual({ "no answer": 5 });
    const forwarded = await Promise.all(
      [0, 1].map(async (host) => (await observe(host)).traffic.forwardedPackets),
    );
    // Each at most once; both have a frame that still went to the cluster MAC. A circle would be thousands.
    for (const count of forwarded) expect(count).toBeLessThanOrEqual(5);
    expect(Math.max(...forwarded)).toBe(5);
  });

  test("direct mode: remembered clients of other hosts are found by asking all of them", async () => {
    const peers = hosts.map(({ mac }, index) => ({ hostId: index + 1, mac }));
    const rule = (elsewhere: string[]) =>
      planeRule({ affinity: "single", sticky: { timeoutMin: 5, elsewhere } });
    const direct = { mode: "direct", clusterMac: null, peers } as const;
    const all = (owner: number) => ({ owners: new Uint8Array(4096).fill(owner) });
    await put((host) => ({
      ...direct,
      isFront: host === 1,
      rules: [rule([])],
      tables: [host === 1 ? planeTable(() => MARK.foreign, all(2)) : allOwned()],
    }));
    expect(await client.ask("dial", vip4, 80, { count: 3 })).toEqual({ two: 3 });
    await put((host) => ({
      ...direct,
      isFront: host === 1,
      rules: [rule(host === 1 ? [client.ipv4] : [])],
      tables: [host === 1 ? planeTable(() => MARK.owned, all(1)) : planeTable(() => MARK.foreign)],
    }));
    expect(await client.ask("dial", vip4, 80, { count: 3 })).toEqual({ two: 3 });
  });
});
