/** What a WLBS cluster may have: with a warning, and without a word. */
import { describe, expect, it } from "vitest";
import type { Probe } from "../wlbs/index.ts";
import { isBlocking } from "./index.ts";
import { sampleIntent, sampleRuleIntent } from "./sample.ts";
import {
  addRules,
  addressesOf,
  type Change,
  host,
  refusalsAfter,
  second,
  withRule,
} from "./testing/wlbs-change.ts";

const probe = (check: Probe["check"]): Probe => ({
  check,
  periodMs: 1000,
  timeoutMs: 1000,
  rise: 2,
  fall: 2,
  whenAllFail: "serve",
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
