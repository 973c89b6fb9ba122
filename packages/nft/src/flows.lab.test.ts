/** Which host takes what: rules with distributions of their own, traffic without a rule, VPN, ICMP, fragments, extended affinity. */
import { type DataPlane, MARK, type Observation, type PlaneRule } from "@bulkhead/core/wlbs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { allOwned, planeRule, planeTable, samplePlane } from "./testing/planes.ts";
import {
  accepted,
  canBuildSegments,
  echoRequest,
  type Place,
  Segment,
  sendRaw,
  until,
} from "./testing/segment.ts";

const vip4 = "10.9.0.100";
const other4 = "10.9.0.101";
const vip6 = "fd09::100";
const vips = [vip4, other4, vip6].map((address) => ({
  address,
  prefixLength: address.includes(":") ? 64 : 24,
}));
const tables = {
  all: allOwned(),
  none: planeTable(() => MARK.foreign),
  draining: planeTable(() => MARK.draining),
};

let generation = 0;

describe.skipIf(!canBuildSegments())("two hosts", () => {
  let segment: Segment;
  let client: Place;
  let hosts: Place[];

  /** One plane for each host; `change` says what host 1 and host 2 differ in. */
  async function put(change: (host: number) => Partial<DataPlane>): Promise<void> {
    for (const [index, host] of hosts.entries()) {
      const plane = samplePlane({
        generation: ++generation,
        hostId: index + 1,
        dedicatedIp: host.ipv4,
        vips,
        unruled: index === 0 ? "owned" : "draining",
        ...change(index + 1),
      });
      await host.ask("set", plane, 60_000);
    }
  }
  const counters = (): Promise<Observation[]> =>
    Promise.all(hosts.map((host) => host.ask<Observation>("counters")));
  const dial = (address: string, port: number, count = 6): Promise<Record<string, number>> =>
    client.ask("dial", address, port, { count, limitMs: 400 });

  beforeAll(async () => {
    segment = new Segment();
    client = segment.add("client");
    hosts = ["one", "two"].map((name) => segment.add(name));
    client.run("client-program");
    for (const host of hosts) host.run("host-program");
    await put(() => ({ rules: [], tables: [] }));
  });
  afterAll(() => segment.remove());

  test("each rule has its own distribution, on all virtual IPs or on one", async () => {
    const rules = (host: number): PlaneRule[] => [
      planeRule({ name: "here", vip: other4, table: host === 1 ? 0 : 1 }),
      planeRule({ name: "web", table: host === 2 ? 0 : 1 }),
      planeRule({ name: "tls", startPort: 443, endPort: 443, table: null }),
    ];
    await put((host) => ({ rules: rules(host), tables: [tables.all, tables.none] }));
    expect(await dial(other4, 80)).toEqual({ one: 6 });
    expect(await dial(vip4, 80)).toEqual({ two: 6 });
    expect(await dial(vip6, 80)).toEqual({ two: 6 });
    expect(await dial(vip4, 443, 2)).toEqual({ "no answer": 2 });
    const seen = await counters();
    expect(seen[0]!.traffic.blockedPackets).toBeGreaterThan(0);
    for (const { traffic } of seen) {
      for (const field of ["acceptedPackets", "foreignPackets"] as const) {
        const byVip = traffic.vips.reduce((sum, row) => sum + row[field], 0);
        expect(byVip, field).toBe(traffic[field]);
      }
    }
    const ofOther = seen.map(({ traffic }) => traffic.vips.find(({ address }) => address === other4)!);
    expect(ofOther[0]!.acceptedPackets * ofOther[1]!.foreignPackets).toBeGreaterThan(0);
    expect([ofOther[0]!.foreignPackets, ofOther[1]!.acceptedPackets]).toEqual([0, 0]);
    const [here, web] = seen[0]!.traffic.rules;
    expect([here!.acceptedPackets > 0, web!.acceptedPackets, web!.foreignPackets > 0]).toEqual([
      true,
      0,
      true,
    ]);
  });

  test("a disabled rule ends open connections too", async () => {
    const rule = (table: number | null): Partial<DataPlane> => ({
      rules: [planeRule({ table })],
      tables: [tables.all],
    });
    await put((host) => (host === 1 ? rule(0) : { ...rule(0), tables: [tables.none] }));
    await client.ask("hold", vip4, 80, 4);
    expect(await client.ask("heldAlive")).toBe(4);
    await put(() => rule(null));
    expect(await client.ask("heldAlive")).toBe(0);
    await client.ask("drop");
  });

  test("traffic without a rule belongs to the default host; what it had before goes on", async () => {
    await put(() => ({ rules: [planeRule({ startPort: 443, endPort: 443 })], tables: [tables.all] }));
    expect(await dial(vip4, 80)).toEqual({ one: 6 });
    await client.ask("hold", vip6, 80, 5);
    await put((host) => ({ rules: [], tables: [], unruled: host === 2 ? "owned" : "draining" }));
    expect(await dial(vip6, 80)).toEqual({ two: 6 });
    expect(await client.ask("heldAlive")).toBe(5);
    await put((host) => ({ rules: [], tables: [], unruled: host === 2 ? "owned" : "foreign" }));
    expect(await client.ask("heldAlive")).toBe(0);
    await client.ask("drop");
  });

  test("many rules are looked up as a set of ranges", async () => {
    const rules = Array.from({ length: 20 }, (_, index) =>
      planeRule({ name: `r${index}`, startPort: 10 * index, endPort: 10 * index + 15, table: index % 2 }),
    );
    await put((host) => ({
      rules,
      tables: host === 1 ? [tables.all, tables.none] : [tables.none, tables.all],
    }));
    // Port 80 is in rule 7 (70-85) and in rule 8 (80-95): the earlier one has it.
    expect(await dial(vip4, 80)).toEqual({ two: 6 });
    expect(await dial(vip6, 80)).toEqual({ two: 6 });
  });

  test.each([
    { name: "echo", from: "filterIcmp off", answersEcho: () => true, expected: [1, 1] },
    { name: "echo", from: "filterIcmp on", answersEcho: (host: number) => host === 1, expected: [1, 0] },
  ])("ICMP $name with $from", async ({ answersEcho, expected }) => {
    await put((host) => ({ rules: [], tables: [], answersEcho: answersEcho(host) }));
    expect(
      await accepted(hosts, "icmp type echo-request", () => sendRaw(client, vip4, echoRequest.ipv4)),
    ).toEqual(expected);
    expect(
      await accepted(hosts, "icmpv6 type echo-request", () => sendRaw(client, vip6, echoRequest.ipv6)),
    ).toEqual(expected);
  });

  test.each([
    { name: "GRE follows PPTP", protocol: 47, rule: { startPort: 1723, endPort: 1723 } },
    {
      name: "ESP follows the key exchange",
      protocol: 50,
      rule: { startPort: 500, endPort: 500, protocol: "udp" as const },
    },
    {
      name: "AH follows the key exchange",
      protocol: 51,
      rule: { startPort: 500, endPort: 500, protocol: "udp" as const },
    },
  ])("$name", async ({ protocol, rule }) => {
    const match = `meta l4proto ${protocol}`;
    const payload = protocol === 51 ? `3b04${"00".repeat(22)}` : "0000080000000000";
    const put2 = (affinity: PlaneRule["affinity"]): Promise<void> =>
      put((host) => ({
        rules: [planeRule({ ...rule, affinity })],
        tables: [host === 2 ? tables.all : tables.none],
      }));
    await put2("single");
    for (const vip of [vip4, vip6]) {
      expect(await accepted(hosts, match, () => sendRaw(client, vip, { protocol, payload })), vip).toEqual([
        0, 1,
      ]);
    }
    // Hashed by port it could not be sorted: the default host has it.
    await put2("none");
    expect(await accepted(hosts, match, () => sendRaw(client, vip4, { protocol, payload }))).toEqual([1, 0]);
  });

  test("an ICMP error reaches the host that is meant", async () => {
    await put((host) => ({
      rules: [planeRule({ startPort: 0, endPort: 65_535, protocol: "both" })],
      tables: [host === 2 ? tables.all : tables.none],
    }));
    for (const vip of [vip4, vip6]) {
      const target = vip === vip4 ? client.ipv4 : client.ipv6;
      expect(await hosts[1]!.ask("refused", vip, target), vip).toBe("ECONNREFUSED");
    }
  });

  test("fragments follow the distribution that all rules of their protocol share", async () => {
    const rules = [
      planeRule({ name: "dns", startPort: 53, endPort: 53, protocol: "udp", affinity: "single" }),
      planeRule({ name: "web", affinity: "none", table: 1 }),
    ];
    await put((host) => ({
      rules,
      tables: host === 2 ? [tables.all, tables.none] : [tables.none, tables.all],
    }));
    for (const host of hosts) await host.ask("answerDatagrams", [vip4, vip6]);
    for (const vip of [vip4, vip6]) {
      expect(await client.ask("ask", vip, 53, { size: 5_000, count: 3 }), vip).toEqual({ two: 3 });
    }
    expect((await counters())[1]!.traffic.fragmentPackets).toBeGreaterThanOrEqual(6);
  });

  test("the data of a later fragment is never read as a port", async () => {
    // 0035 0035 ... would be port 53 of rule dns, which host 2 owns; hashed by port, fragments go to the default host.
    const rules = [planeRule({ name: "dns", startPort: 53, endPort: 53, protocol: "udp", affinity: "none" })];
    await put((host) => ({ rules, tables: [host === 2 ? tables.all : tables.none] }));
    const before = await counters();
    await client.ask("ask", vip4, 53, { size: 3_000, count: 1, fill: "0035" });
    await until(
      "the fragments",
      async () => (await counters())[0]!.traffic.fragmentPackets > before[0]!.traffic.fragmentPackets,
    );
    const [one, two] = await counters();
    const more = (host: number, seen: Observation, field: "acceptedPackets" | "foreignPackets"): number =>
      seen.traffic.rules[0]![field] - (before[host]!.traffic.rules[0]?.[field] ?? 0);
    expect(more(1, two!, "acceptedPackets")).toBe(1);
    expect(more(0, one!, "foreignPackets")).toBe(1);
  });

  describe("extended affinity", () => {
    /** Empties what the hosts remember of clients. */
    const forget = (): void => {
      const each = "nft list sets netdev | grep -o 'sticky[46]_[a-f0-9]*'";
      for (const host of hosts) host.sh(`for n in $(${each}); do nft flush set netdev bulkhead $n; done`);
    };
    beforeEach(forget);

    const rule = (elsewhere: string[]): PlaneRule =>
      planeRule({ affinity: "single", sticky: { timeoutMin: 5, elsewhere } });

    test.each([vip4, vip6])("a client of %s stays where it was while the host remembers it", async (vip) => {
      const address = vip === vip4 ? client.ipv4 : client.ipv6;
      const at = (host: number, owner: number, elsewhere: string[]): Partial<DataPlane> => ({
        rules: [rule(host === owner ? elsewhere : [])],
        tables: [host === owner ? tables.all : host === 1 ? tables.draining : tables.none],
      });
      await put((host) => at(host, 1, []));
      expect(await dial(vip, 80)).toEqual({ one: 6 });
      expect((await counters())[0]!.sticky).toContainEqual({
        rule: "web",
        clients: expect.arrayContaining([address]),
      });
      await put((host) => at(host, 2, [address]));
      expect(await dial(vip, 80)).toEqual({ one: 6 });
      // Other clients belong to the new owner.
      await put((host) => at(host, 2, []));
      forget();
      expect(await dial(vip, 80)).toEqual({ two: 6 });
    });

    test.each([vip4, vip6])("a host yields a client of %s that it remembers", async (vip) => {
      const address = vip === vip4 ? client.ipv4 : client.ipv6;
      await put((host) => ({ rules: [rule([])], tables: [host === 1 ? tables.all : tables.none] }));
      expect(await dial(vip, 80)).toEqual({ one: 6 });
      for (const mark of [tables.none, tables.draining]) {
        await put((host) =>
          host === 1
            ? { rules: [rule([address])], tables: [mark] }
            : { rules: [rule([])], tables: [tables.all] },
        );
        expect(await dial(vip, 80)).toEqual({ two: 6 });
      }
    });

    test("it is kept over a change of policy and a restart of the agent", async () => {
      await put(() => ({ rules: [rule([])], tables: [tables.all] }));
      await put((host) => ({ rules: [rule([])], tables: [host === 1 ? tables.all : tables.none] }));
      await dial(vip4, 80);
      await hosts[0]!.ask("restart");
      await put((host) => ({
        rules: [planeRule({ name: "new", startPort: 443, endPort: 443 }), rule([])],
        tables: [host === 1 ? tables.all : tables.none],
      }));
      expect((await counters())[0]!.sticky[0]!.clients).toContain(client.ipv4);
    });

    test("by network a client's neighbours stay with it", async () => {
      const network: PlaneRule = planeRule({ affinity: "network", sticky: { timeoutMin: 5, elsewhere: [] } });
      await put((host) => ({ rules: [network], tables: [host === 1 ? tables.all : tables.none] }));
      await dial(vip4, 80);
      await dial(vip6, 80);
      expect((await counters())[0]!.sticky[0]!.clients.toSorted()).toEqual(["10.9.0.0", "fd09::"]);
    });
  });

  test("frames for another machine are not taken, even where the card receives everything", async () => {
    await put(() => ({ rules: [planeRule()], tables: [tables.all] }));
    hosts[0]!.sh("ip link set eth0 promisc on");
    client.sh(`ip neigh replace ${vip4} dev eth0 lladdr 02:00:00:00:00:77 nud permanent`);
    expect(await dial(vip4, 80, 2)).toEqual({ "no answer": 2 });
    client.sh(`ip neigh del ${vip4} dev eth0`);
    hosts[0]!.sh("ip link set eth0 promisc off");
  });
});
