import { expect, test } from "vitest";
import { bucketOf } from "../hash/bucket.ts";
import { BUCKET_COUNT, type DataPlane, MARK, type PlaneRule } from "../types.ts";
import { type FilterGround, filterVerdict, parsePacket } from "./filter.ts";

const seed = 0x5eed;
const bucket = bucketOf("single", { address: "192.0.2.7", port: 0 }, seed);

function rule(change: Partial<PlaneRule>): PlaneRule {
  return {
    name: "http",
    vip: null,
    startPort: 80,
    endPort: 80,
    protocol: "tcp",
    affinity: "single",
    table: 0,
    sticky: null,
    ...change,
  };
}

function ground(change: Partial<DataPlane> = {}, mark: number = MARK.owned, leaseAlive = true): FilterGround {
  const marks = new Uint8Array(BUCKET_COUNT);
  marks[bucket] = mark;
  const owners = new Uint8Array(BUCKET_COUNT).fill(2);
  const plane: DataPlane = {
    generation: 1,
    cluster: "web",
    hostId: 1,
    mode: "multicast",
    vips: [{ address: "10.9.0.100", prefixLength: 24 }],
    clusterMac: "03:bf:0a:09:00:64",
    interface: "eth0",
    dedicatedIp: "10.9.0.1",
    hashSeed: seed,
    rules: [
      rule({}),
      rule({ name: "vpn", startPort: 1723, endPort: 1723 }),
      rule({ name: "off", startPort: 81, endPort: 81, table: null }),
    ],
    tables: [{ marks, owners: null, drainers: [] }],
    unruled: "draining",
    answersEcho: false,
    isFront: false,
    peers: [],
    heartbeatGroup: "239.255.0.100",
    heartbeatPort: 2504,
    leaseMs: 300,
    longestLeaseMs: 300,
    ...change,
  };
  return { plane, leaseAlive, tables: new Map([["http", owners]]), defaultHost: 2 };
}

function ask(given: FilterGround, to: string, protocol = "tcp") {
  const from = to.includes(":") ? "192.0.2.7:4000" : "192.0.2.7";
  const packet = parsePacket({ protocol, from, to });
  if (!packet) throw new Error(`malformed: ${from} ${to}`);
  return filterVerdict(given, packet);
}

test("an owned bucket is accepted, and refused without a lease", () => {
  expect(ask(ground(), "10.9.0.100:80")).toMatchObject({ accepts: true, rule: "http", bucket });
  const lapsed = ask(ground({}, MARK.owned, false), "10.9.0.100:80");
  expect(lapsed).toMatchObject({ accepts: false, acceptsOpenConnections: true });
  expect(lapsed.text).toContain("lease has run out");
});

test("a foreign bucket names its owner; a draining one keeps connections", () => {
  expect(ask(ground({}, MARK.foreign), "10.9.0.100:80")).toMatchObject({
    accepts: false,
    acceptsOpenConnections: false,
    owner: 2,
  });
  expect(ask(ground({}, MARK.draining), "10.9.0.100:80")).toMatchObject({
    accepts: false,
    acceptsOpenConnections: true,
    owner: 2,
  });
});

test("GRE goes with the rule of its control port", () => {
  expect(ask(ground(), "10.9.0.100", "gre")).toMatchObject({ accepts: true, rule: "vpn" });
});

test("disabled rules, unruled traffic and echo say why", () => {
  expect(ask(ground(), "10.9.0.100:81").text).toContain("disabled");
  expect(ask(ground(), "10.9.0.100:22")).toMatchObject({ accepts: false, owner: 2 });
  expect(ask(ground({ unruled: "owned" }), "10.9.0.100:22")).toMatchObject({ accepts: true });
  expect(ask(ground(), "10.9.0.100", "icmp").text).toContain("FilterIcmp");
});

test("extended affinity sends a client to the host that it used before", () => {
  const sticky = { timeoutMin: 20, elsewhere: ["192.0.2.7"] };
  expect(ask(ground({ rules: [rule({ sticky })] }), "10.9.0.100:80")).toMatchObject({ accepts: false });
});

test("the dedicated IP is never filtered, and other addresses are none of the cluster's", () => {
  expect(ask(ground(), "10.9.0.1:80").accepts).toBe(true);
  expect(ask(ground(), "10.9.0.55:80").text).toContain("no virtual IP");
  expect(ask({ ...ground(), plane: null }, "10.9.0.100:80").text).toContain("stopped");
});

test.each([
  ["tcp", "192.0.2.7", "10.9.0.100:80"],
  ["sctp", "192.0.2.7:1", "10.9.0.100:80"],
  ["tcp", "192.0.2.7:1", "nowhere:80"],
])("%s from %s to %s is malformed", (protocol, from, to) => {
  expect(parsePacket({ protocol, from, to })).toBeNull();
});
