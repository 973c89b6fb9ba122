/** What a WLBS cluster is refused for (DOMAIN 3.1, R6 to R15 and ours). `wlbs-guard-passes.test.ts` has what goes through. */
import { describe, expect, it } from "vitest";
import { refusalLine } from "../fleet/index.ts";
import {
  addRules,
  addressesOf,
  type Change,
  host,
  refusalsAfter,
  second,
  withRule,
} from "./testing/wlbs-change.ts";

describe("a WLBS cluster is refused with", () => {
  it.each<[string, RegExp, Change]>([
    [
      "a dedicated IP used twice",
      /^R6: .*web-1/m,
      (web) => (host(web, "web-2").dedicatedIp = "10.77.0.1/24"),
    ],
    [
      "a dedicated IP equal to a VIP",
      /^R6: .*virtual/m,
      (web) => (host(web, "web-2").dedicatedIp = "10.77.0.100/24"),
    ],
    [
      "a dedicated IP equal to the second VIP",
      /^R6: .*10\.77\.0\.2 of web-2/m,
      (web) => web.vips.push("10.77.0.2/24"),
    ],
    [
      "an IPv6 dedicated IP",
      /^B-dedicated-ipv4: .*web-2/m,
      (web) => (host(web, "web-2").dedicatedIp = "fd77::2/64"),
    ],
    [
      "a loopback dedicated IP",
      /^B-address: .*loopback/m,
      (web) => (host(web, "web-2").dedicatedIp = "127.0.0.2/8"),
    ],
    ["a VIP in two clusters", /^R7: .*shop/m, (_web, _inventory, intent) => second(intent, "10.77.0.100/24")],
    ["a VIP twice", /^R7: .*twice/m, (web) => web.vips.push("10.77.0.100/24")],
    ["no VIP", /^B-vip-count: .*0 virtual/m, (web) => (web.vips = [])],
    [
      "33 VIPs",
      /^B-vip-count: .*33/m,
      (web) => (web.vips = Array.from({ length: 33 }, (_, index) => `10.77.0.${100 + index}/24`)),
    ],
    ["a broadcast address as VIP", /^B-address: .*broadcast/m, (web) => (web.vips = ["10.77.0.255/24"])],
    ["a subnet as VIP", /^B-address: .*itself/m, (web) => (web.vips = ["10.77.0.0/24"])],
    ["a multicast VIP", /^B-address: .*multicast/m, (web) => web.vips.push("ff02::1/64")],
    ["a link-local VIP", /^B-address: .*link-local/m, (web) => web.vips.push("fe80::1/64")],
    ["no hosts", /^R8: .*0 hosts/m, (web) => (web.hosts = {})],
    ["a host ID used twice", /^R8: .*web-1 and web-2/m, (web) => (host(web, "web-2").id = 1)],
    [
      "33 hosts",
      /^R8: .*33/m,
      (web) => {
        for (let id = 4; id <= 33; id++) web.hosts[`web-${id}`] = { ...host(web, "web-1"), id };
      },
    ],
    [
      "igmp mode on an IPv6 primary VIP",
      /^R9: .*fd77::100/m,
      (web) => Object.assign(web, { mode: "igmp", vips: ["fd77::100/64"] }),
    ],
    [
      "a unicast MAC in multicast mode",
      /^R9: .*does not fit/m,
      (web) => (web.clusterMac = "02:bf:00:00:00:01"),
    ],
    [
      "a multicast MAC in unicast mode",
      /^R9: .*does not fit/m,
      (web) => Object.assign(web, { mode: "unicast", clusterMac: "03:bf:00:00:00:01" }),
    ],
    [
      "a MAC in direct mode",
      /^R9: .*direct/m,
      (web) => Object.assign(web, { mode: "direct", clusterMac: "02:bf:00:00:00:01" }),
    ],
    [
      "the MAC of another cluster",
      /^R9: .*web and shop/m,
      (_web, _inventory, intent) => (second(intent, "10.77.0.101/24").clusterMac = "03:bf:0a:4d:00:64"),
    ],
    ["overlapping rules", /^R10: .*http and more/m, withRule({ startPort: 0, endPort: 65_535 })],
    [
      "overlap of all VIPs and one",
      /^R10: .*overlap/m,
      withRule({ vip: "10.77.0.100", startPort: 80, endPort: 80 }),
    ],
    [
      "overlap of both protocols and one",
      /^R10: .*overlap/m,
      withRule({ startPort: 79, endPort: 81, protocol: "both" }),
    ],
    ["a rule for a strange VIP", /^R10: .*10\.77\.0\.101/m, withRule({ vip: "10.77.0.101" })],
    ["33 rules", /^R10: .*33/m, (web) => addRules(web, 32)],
    [
      "one handling priority for two hosts",
      /^R11: .*priority 1/m,
      withRule({ mode: "single", priorities: { "web-1": 1, "web-2": 1, "web-3": 3 } }),
    ],
    [
      "a host without handling priority",
      /^R11: .*web-3/m,
      withRule({ mode: "single", priorities: { "web-1": 1, "web-2": 2 } }),
    ],
    [
      "a priority for a stranger",
      /^R11: .*web-9/m,
      withRule({ mode: "single", priorities: { "web-1": 1, "web-2": 2, "web-3": 3, "web-9": 4 } }),
    ],
    [
      "weights that are all 0",
      /^R12: .*more/m,
      withRule({ weights: { "web-1": 0, "web-2": 0, "web-3": 0 } }),
    ],
    ["a weight for a stranger", /^R12: .*web-9/m, withRule({ weights: { "web-9": 10 } })],
    [
      "extended affinity without affinity",
      /^R14: .*none/m,
      withRule({ affinity: "none", affinityTimeoutMin: 20 }),
    ],
    [
      "extended affinity in single mode",
      /^R14: .*single/m,
      withRule({ mode: "single", affinityTimeoutMin: 20 }),
    ],
    [
      "a dedicated IP that is not on its interface",
      /^R15: .*eth7/m,
      (web) => (host(web, "web-2").interface = "eth7"),
    ],
    [
      "a host on another segment",
      /^R15: .*web-3/m,
      (web) => (host(web, "web-3").dedicatedIp = "10.78.0.3/24"),
    ],
    ["a VIP outside the segment", /^R15: .*10\.78\.0\.100/m, (web) => web.vips.push("10.78.0.100/24")],
  ])("%s (%s)", (_, line, change) => {
    const errors = refusalsAfter(change).filter(({ severity }) => severity === "error");
    expect(errors.map(refusalLine).join("\n")).toMatch(line);
  });
});

it("fills in every text of every WLBS refusal", () => {
  const refusals = refusalsAfter((web, inventory, intent) => {
    Object.assign(web, { mode: "igmp", vips: ["fd77::100/64", "10.77.0.255/24", "10.77.0.255/24"] });
    withRule({ mode: "single", vip: "10.1.1.1", affinityTimeoutMin: 3, priorities: { x: 1 } })(
      web,
      inventory,
      intent,
    );
    withRule({ weights: { "web-1": 0, "web-2": 0, "web-3": 0 }, startPort: 1, endPort: 99 })(
      web,
      inventory,
      intent,
    );
    host(web, "web-2").id = 1;
    host(web, "web-3").dedicatedIp = "10.99.0.3/24";
    addressesOf(inventory, "web-1").length = 0;
  });
  expect(refusals.length).toBeGreaterThan(8);
  for (const refusal of refusals) {
    for (const text of [refusal.message, refusal.reason, refusal.cure]) {
      expect(text).toMatch(/^\S.{10,}/);
      expect(text).not.toMatch(/undefined|null|NaN|\[object/);
    }
    expect(refusal.message).not.toMatch(/\.$/);
    expect(refusal.objects.length).toBeGreaterThan(0);
  }
});
