import { describe, expect, it } from "vitest";
import { refusalLine } from "../fleet/index.ts";
import type { Probe } from "../wlbs/index.ts";
import { checkPlacement, isBlocking } from "./index.ts";
import { sampleIntent, sampleInventory, sampleRuleIntent } from "./sample.ts";
import type { Intent, Inventory, RuleIntent, WlbsIntent } from "./types.ts";

type Change = (web: WlbsIntent, inventory: Inventory, intent: Intent) => unknown;

function refusalsAfter(change: Change) {
  const intent = sampleIntent();
  const inventory = sampleInventory();
  change(intent.wlbs.web ?? expect.fail("sample has a cluster web"), inventory, intent);
  return checkPlacement(intent, inventory);
}

const host = (web: WlbsIntent, node: string) => web.hosts[node] ?? expect.fail(node);
const addressesOf = (inventory: Inventory, node: string) =>
  inventory.nodes.find(({ name }) => name === node)?.addresses ?? expect.fail(node);
const withRule =
  (change: Partial<RuleIntent>): Change =>
  (web) =>
    (web.rules.more = sampleRuleIntent({ startPort: 443, endPort: 443, protocol: "tcp", ...change }));
const second = (intent: Intent, vip: string): WlbsIntent => {
  const shop = { ...structuredClone(intent.wlbs.web ?? expect.fail("web")), vips: [vip] };
  shop.hosts = { "web-3": { ...host(shop, "web-3") } };
  delete intent.wlbs.web?.hosts["web-3"];
  intent.wlbs.shop = shop;
  return shop;
};
const probe = (check: Probe["check"]): Probe => ({
  check,
  periodMs: 1000,
  timeoutMs: 1000,
  rise: 2,
  fall: 2,
  whenAllFail: "serve",
});

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

describe("a WLBS cluster passes with a warning of", () => {
  it.each<[string, string, Change]>([
    [
      "UDP without affinity",
      "R13",
      withRule({ startPort: 53, endPort: 53, protocol: "udp", affinity: "none" }),
    ],
    ["weights in single mode", "B-ignored", withRule({ mode: "single", weights: { "web-1": 10 } })],
    ["priorities in multiple mode", "B-ignored", withRule({ priorities: { "web-1": 10 } })],
    [
      "a probe of a disabled rule",
      "B-ignored",
      withRule({ mode: "disabled", probe: probe({ kind: "tcp", port: 443 }) }),
    ],
    [
      "a TCP probe of a UDP rule",
      "B-probe",
      withRule({ protocol: "udp", probe: probe({ kind: "tcp", port: 443 }) }),
    ],
    ["another prefix on the machine", "R15", (web) => (host(web, "web-2").dedicatedIp = "10.77.0.2/16")],
    ["an IPv6 VIP on hosts without that subnet", "R15", (web) => web.vips.push("fd77::100/64")],
    [
      "DHCP",
      "R16",
      (_web, inventory) =>
        addressesOf(inventory, "web-2").forEach((at) => Object.assign(at, { isDynamic: true })),
    ],
    [
      "a VIP that the machine itself configures",
      "R18",
      (_web, inventory) =>
        addressesOf(inventory, "web-2").unshift({
          interface: "eth0",
          address: "10.77.0.100",
          prefixLength: 24,
        }),
    ],
    [
      "clusters with one heartbeat group",
      "B-heartbeat-group",
      (_web, inventory, intent) => {
        second(intent, "10.78.0.100/24").hosts["web-3"] = {
          ...host(second(sampleIntent(), ""), "web-3"),
          dedicatedIp: "10.78.0.3/24",
        };
        addressesOf(inventory, "web-3").push({ interface: "eth0", address: "10.78.0.3", prefixLength: 24 });
      },
    ],
  ])("%s (%s)", (_, rule, change) => {
    const refusals = refusalsAfter(change);
    expect(refusals.map((refusal) => `${refusal.rule} ${refusal.severity}`)).toEqual([`${rule} warn`]);
    expect(isBlocking(refusals)).toBe(false);
  });
});

describe("a WLBS cluster passes with", () => {
  it.each<[string, Change]>([
    ["every mode", (web) => (web.mode = "igmp")],
    ["direct mode, which needs nothing", (web) => (web.mode = "direct")],
    [
      "a fitting manual MAC",
      (web) => Object.assign(web, { mode: "unicast", clusterMac: "02:bf:01:02:03:04" }),
    ],
    [
      "VIPs of both families",
      (web, inventory) => {
        web.vips.push("fd77::100/64", "10.77.0.101/24");
        for (const node of ["web-1", "web-2", "web-3"])
          addressesOf(inventory, node).push({ interface: "eth0", address: "fd77::1", prefixLength: 64 });
      },
    ],
    [
      "one port on two VIPs",
      (web) => {
        web.vips.push("10.77.0.101/24");
        web.rules = {
          a: sampleRuleIntent({ vip: "10.77.0.100" }),
          b: sampleRuleIntent({ vip: "10.77.0.101" }),
        };
      },
    ],
    ["one port for TCP and for UDP", withRule({ startPort: 80, endPort: 80, protocol: "udp" })],
    ["32 rules", (web) => addRules(web, 31)],
    [
      "priorities for every host",
      withRule({ mode: "single", priorities: { "web-1": 3, "web-2": 2, "web-3": 1 } }),
    ],
    ["one host of weight above 0", withRule({ weights: { "web-1": 0, "web-2": 0, "web-3": 1 } })],
    ["extended affinity", withRule({ affinityTimeoutMin: 240, affinity: "network" })],
    [
      "the VIPs that the hosts hold already",
      (_web, inventory) =>
        addressesOf(inventory, "web-1").unshift({
          interface: "eth0",
          address: "10.77.0.100",
          prefixLength: 32,
        }),
    ],
  ])("%s", (_, change) => {
    expect(refusalsAfter(change)).toEqual([]);
  });
});

function addRules(web: WlbsIntent, count: number): void {
  for (let port = 1; port <= count; port++)
    web.rules[`r-${port}`] = sampleRuleIntent({ startPort: 1000 + port, endPort: 1000 + port });
}

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
