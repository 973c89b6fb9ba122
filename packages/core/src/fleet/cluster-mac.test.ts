import { expect, it } from "vitest";
import { allMacs, clusterMacOf, heartbeatGroupOf, manualMacProblem } from "./cluster-mac.ts";

it("derives the MACs of all modes from an IPv4 address (DOMAIN 1.4)", () => {
  expect(allMacs("10.77.0.100")).toEqual({
    unicast: "02:bf:0a:4d:00:64",
    multicast: "03:bf:0a:4d:00:64",
    igmp: "01:00:5e:7f:00:64",
  });
  expect(allMacs("::ffff:10.77.0.100")).toEqual(allMacs("10.77.0.100"));
  expect(allMacs("10.77.0")).toBeNull();
});

it("derives MACs from an IPv6 address by its canonical text, and none for IGMP", () => {
  // FNV-1a of "fd77::100", computed by hand once: routers hold this MAC in static entries, so it must never change.
  expect(allMacs("fd77::100")).toEqual({
    unicast: "02:bf:c3:5d:d4:6c",
    multicast: "03:bf:c3:5d:d4:6c",
    igmp: null,
  });
  expect(allMacs("FD77:0:0::0100")).toEqual(allMacs("fd77::100"));
});

it("gives each mode its MAC, and direct none", () => {
  expect(clusterMacOf("unicast", "10.77.0.100")).toBe("02:bf:0a:4d:00:64");
  expect(clusterMacOf("igmp", "fd77::100")).toBeNull();
  expect(clusterMacOf("direct", "10.77.0.100")).toBeNull();
});

it("lets the hosts join the group whose frames go to the cluster MAC in igmp mode", () => {
  expect(heartbeatGroupOf("multicast", "10.77.0.100", "03:bf:00:00:00:01")).toBe("239.255.0.100");
  expect(heartbeatGroupOf("direct", "fd77::100", null)).toBe("239.255.212.108");
  for (const mac of ["01:00:5e:7f:00:64", "01:00:5e:12:34:56"]) {
    const bytes = heartbeatGroupOf("igmp", "10.77.0.100", mac).split(".").map(Number);
    const mapped = [0x01, 0x00, 0x5e, (bytes[1] ?? 0) & 0x7f, bytes[2] ?? 0, bytes[3] ?? 0];
    expect(mapped.map((byte) => byte.toString(16).padStart(2, "0")).join(":")).toBe(mac);
  }
});

it.each<["unicast" | "multicast" | "igmp" | "direct", string, boolean]>([
  ["unicast", "02:bf:00:00:00:01", true],
  ["unicast", "03:bf:00:00:00:01", false],
  ["unicast", "00:1b:21:00:00:01", false],
  ["multicast", "03:bf:00:00:00:01", true],
  ["multicast", "02:bf:00:00:00:01", false],
  ["multicast", "01:00:5e:00:00:01", false],
  ["igmp", "01:00:5e:7f:ff:ff", true],
  ["igmp", "01:00:5e:80:00:00", false],
  ["igmp", "03:bf:00:00:00:01", false],
  ["direct", "02:bf:00:00:00:01", false],
])("manual MAC in %s mode: %s is %s", (mode, mac, isGood) => {
  expect(manualMacProblem(mode, mac) === null).toBe(isGood);
});
