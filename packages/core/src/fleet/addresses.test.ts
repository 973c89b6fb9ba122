import { describe, expect, it } from "vitest";
import { canonicalAddress, inSubnet, networkOf, parseCidr } from "./addresses.ts";

describe("canonicalAddress", () => {
  it.each([
    ["10.77.0.100", "10.77.0.100"],
    ["::ffff:10.77.0.100", "10.77.0.100"],
    ["::ffff:0a4d:0064", "10.77.0.100"],
    ["FD77:0:0:0:0:0:0:0100", "fd77::100"],
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["::", "::"],
    ["1::", "1::"],
    ["::1", "::1"],
    ["1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"],
  ])("%s is %s", (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical);
  });

  it.each([
    "",
    "10.0.0",
    "10.0.0.256",
    "010.0.0.1",
    "1:2",
    "::1::2",
    "1:2:3:4:5:6:7:8:9",
    "fe80::1%eth0",
    "g::1",
    "1.2.3.4.5",
    "::1.2.3",
  ])("refuses %j", (text) => {
    expect(canonicalAddress(text)).toBeNull();
  });
});

describe("parseCidr and inSubnet", () => {
  it("reads both families", () => {
    expect(parseCidr("10.77.0.100/24")).toEqual({ address: "10.77.0.100", prefixLength: 24 });
    expect(parseCidr("fd77::100/64")).toEqual({ address: "fd77::100", prefixLength: 64 });
    expect(parseCidr("::ffff:10.77.0.2/120")).toEqual({ address: "10.77.0.2", prefixLength: 24 });
  });

  it.each([
    "10.77.0.100",
    "10.77.0.100/33",
    "fd77::/129",
    "::ffff:10.77.0.2/24",
    "10.77.0.100/24/1",
    "10.77.0.100/a",
    "/24",
  ])("refuses %s", (text) => {
    expect(parseCidr(text)).toBeNull();
  });

  it("compares the network part only, and never across families", () => {
    expect(inSubnet("10.77.0.7", { address: "10.77.0.100", prefixLength: 24 })).toBe(true);
    expect(inSubnet("10.77.1.7", { address: "10.77.0.100", prefixLength: 24 })).toBe(false);
    expect(inSubnet("fd77::7", { address: "fd77::100", prefixLength: 64 })).toBe(true);
    expect(inSubnet("10.77.0.7", { address: "::", prefixLength: 0 })).toBe(false);
  });
});

describe("networkOf", () => {
  it.each([
    ["10.77.0.50", 24, "10.77.0.0"],
    ["10.77.3.50", 22, "10.77.0.0"],
    ["10.77.0.50", 32, "10.77.0.50"],
    ["255.1.2.3", 0, "0.0.0.0"],
    ["fd77::1:2", 64, "fd77::"],
    ["fd77:1:2:3:ffff::", 66, "fd77:1:2:3:c000::"],
  ])("%s/%i is in %s", (address, prefixLength, network) => {
    expect(networkOf({ address, prefixLength })).toEqual({ address: network, prefixLength });
  });
});
