/** Texts as nft 1.0.6 prints them. */
import { expect, test } from "vitest";
import { readingOf } from "./interface-reader.ts";
import { readComments, readCounters, readKeys, readLeaseLeftMs, trafficOf } from "./readings.ts";
import { flowKey, flowsOf } from "./ruleset/ground.ts";
import { planeRule, samplePlane } from "./testing/planes.ts";

const set = (name: string, elements: string): string =>
  `table netdev bulkhead {\n\tset ${name} {\n\t\ttype mark\n\t\tsize 65535\n\t\tflags dynamic,timeout\n${elements}\t}\n}\n`;
const lease = (expires: string): string =>
  set("leased", `\t\telements = { 0x00000000 timeout 600ms expires ${expires} }\n`);

test.each([
  ["596ms", 596],
  ["1s20ms", 1_020],
  ["2m3s", 123_000],
  ["1d2h", 93_600_000],
])("a lease that expires in %s", (text, leftMs) => {
  expect(readLeaseLeftMs(lease(text))).toBe(leftMs);
});

test("no lease, and another set that expires", () => {
  expect(readLeaseLeftMs(set("leased", ""))).toBe(0);
  expect(
    readLeaseLeftMs(`${set("leased", "")}${set("reached", "\t\telements = { 10.9.0.1 expires 5s }\n")}`),
  ).toBe(0);
});

test("keys of one set among several", () => {
  const text = `${set("reached", "")}${set(
    "claims4",
    "\t\telements = { 10.9.0.100 . 02:00:00:00:00:09 expires 8s984ms,\n\t\t\t     10.9.0.101 . 02:00:00:00:00:0a timeout 5m expires 1s }\n",
  )}`;
  expect(readKeys(text, "reached")).toEqual([]);
  expect(readKeys(text, "claims4")).toEqual([
    ["10.9.0.100", "02:00:00:00:00:09"],
    ["10.9.0.101", "02:00:00:00:00:0a"],
  ]);
});

test("comments of elements", () => {
  const text = set("presence", '\t\telements = { 0x00000001 comment "address 10.9.0.100 eth0" }\n');
  expect(readComments(text)).toEqual(["address 10.9.0.100 eth0"]);
});

test("strays are taken off what ingress has counted, and every row adds up", () => {
  const plane = samplePlane({
    rules: [planeRule(), planeRule({ name: "tls", startPort: 443, endPort: 443 })],
  });
  const [web, tls, unruled] = flowsOf(plane).map(flowKey);
  const counter = (name: string, packets: number): string =>
    `\tcounter ${name} {\n\t\tpackets ${packets} bytes ${packets * 100}\n\t}\n`;
  const table = (name: string, ...counters: string[]): string =>
    `table inet ${name} {\n${counters.join("")}}\n`;
  const counts = readCounters(
    table("other", counter("stray", 99)) +
      table(
        "bulkhead",
        counter(`a_${web}`, 50),
        counter(`sa_${web}`, 8),
        counter(`d_${tls}`, 5),
        counter(`sd_${tls}`, 7),
        counter(`f_${unruled}`, 3),
        counter("stray", 15),
      ) +
      table("another", counter("stray", 98)) +
      table("bulkhead", counter("group3", 4)),
  );
  const traffic = trafficOf(plane, counts);
  expect(traffic).toMatchObject({
    acceptedPackets: 42,
    acceptedBytes: 4_200,
    drainedPackets: 0,
    strayPackets: 15,
  });
  expect(traffic.rules).toMatchObject([
    { name: "web", acceptedPackets: 42, foreignPackets: 0 },
    { name: "tls", acceptedPackets: 0 },
  ]);
  expect(traffic.vips).toMatchObject([{ address: "10.9.0.100", acceptedPackets: 42, foreignPackets: 3 }]);
  expect(traffic.bucketGroups?.[3]).toBe(4);
});

test("an interface as the system tells it, addresses with a label included", () => {
  const mac = "02:00:00:00:00:0A";
  const info = (address: string, cidr: string) => ({ address, cidr, mac, internal: false, netmask: "" });
  const interfaces = {
    eth0: [
      { ...info("10.9.0.1", "10.9.0.1/24"), family: "IPv4" as const },
      { ...info("fe80::1", "fe80::1/64"), family: "IPv6" as const, scopeid: 2 },
    ],
    "eth0:web": [{ ...info("10.9.0.100", "10.9.0.100/32"), family: "IPv4" as const }],
    eth01: [{ ...info("192.0.2.1", "192.0.2.1/24"), family: "IPv4" as const }],
  };
  const groups =
    "3    eth01           1     0     333300000001\n2    eth0            1     0     03bf0a090064\n2    eth0            1     0     01005e000001\n";
  expect(readingOf("eth0", interfaces, groups)).toEqual({
    mac: "02:00:00:00:00:0a",
    addresses: [
      { address: "10.9.0.1", prefixLength: 24 },
      { address: "fe80::1", prefixLength: 64 },
      { address: "10.9.0.100", prefixLength: 32 },
    ],
    macs: ["03:bf:0a:09:00:64", "01:00:5e:00:00:01"],
    linkLocal: "fe80::1",
  });
  expect(readingOf("eth7", interfaces, groups)).toBeNull();
});
