/**
 * What the delivery mode makes of the primary virtual IP: the cluster MAC and the heartbeat group (DOMAIN 1.4). Every
 * host computes the same from the same address, and so does an admin who enters a static ARP line into a router.
 */
import { canonicalAddress, parseIpv4 } from "./addresses.ts";
import { fnv1a } from "./fnv1a.ts";

/** The delivery modes of WLBS. The fleet folder knows no WLBS types, so the words stand here again. */
type Mode = "unicast" | "multicast" | "igmp" | "direct";

/** Cluster MACs of one address, lower case with colons. `igmp` is null for IPv6: it is made of IPv4 bytes. */
export interface ClusterMacs {
  unicast: string;
  multicast: string;
  igmp: string | null;
}

/** The MACs of all modes for a primary virtual IP, as `wlbs ip2mac` prints them; null if the text is no address. */
export function allMacs(address: string): ClusterMacs | null {
  const canonical = canonicalAddress(address);
  if (canonical === null) return null;
  const bytes = deliveryBytes(canonical);
  return {
    unicast: macText([0x02, 0xbf, ...bytes]),
    multicast: macText([0x03, 0xbf, ...bytes]),
    igmp: parseIpv4(canonical) === null ? null : macText([0x01, 0x00, 0x5e, 0x7f, bytes[2], bytes[3]]),
  };
}

/** Derived cluster MAC of a canonical primary virtual IP; null in direct mode, and where the mode cannot derive one. */
export function clusterMacOf(mode: Mode, primaryVip: string): string | null {
  return mode === "direct" ? null : (allMacs(primaryVip)?.[mode] ?? null);
}

/**
 * IPv4 multicast group of the heartbeats: 239.255.y.z of the primary virtual IP, which is the group that IGMP mode joins.
 * In igmp mode with a manual MAC it is the group of 239.128.0.0/9 that Ethernet maps to that MAC (RFC 1112, 6.4), or
 * the switch would not send the cluster's frames to the hosts that joined.
 */
export function heartbeatGroupOf(mode: Mode, primaryVip: string, clusterMac: string | null): string {
  if (mode === "igmp" && clusterMac !== null) {
    const [x = 0, y = 0, z = 0] = macBytes(clusterMac).slice(3);
    return [239, 0x80 | x, y, z].join(".");
  }
  const [, , y, z] = deliveryBytes(primaryVip);
  return `239.255.${y}.${z}`;
}

/** Why a manual cluster MAC cannot serve the mode (half a sentence, for people); null if it can. R9. */
export function manualMacProblem(mode: Mode, mac: string): string | null {
  const [first = 0] = macBytes(mac);
  const isGroup = (first & 1) === 1;
  const isLocal = (first & 2) === 2;
  switch (mode) {
    case "direct":
      return "direct mode uses the MACs of the hosts and no cluster MAC";
    case "unicast":
      if (isGroup) return "it is a multicast address (lowest bit of the first byte)";
      return isLocal ? null : "it is not locally administered (second lowest bit of the first byte)";
    case "multicast":
      if (!isGroup) return "it is a unicast address (lowest bit of the first byte)";
      return isLocal ? null : "it is not locally administered (second lowest bit of the first byte)";
    case "igmp":
      return /^01:00:5e:[0-7]/.test(mac)
        ? null
        : "switches that listen to IGMP know only 01:00:5e:00:00:00 to 01:00:5e:7f:ff:ff";
  }
}

/** Bytes w.x.y.z of an IPv4 address. IPv6 has no documented derivation (DOMAIN 5): 32 bits of hash of its canonical text. */
function deliveryBytes(canonical: string): [number, number, number, number] {
  const bytes = parseIpv4(canonical);
  if (bytes !== null) return bytes;
  const hash = fnv1a(canonical);
  return [hash >>> 24, (hash >>> 16) & 255, (hash >>> 8) & 255, hash & 255];
}

function macBytes(mac: string): number[] {
  return mac.split(":").map((byte) => Number.parseInt(byte, 16));
}

function macText(bytes: readonly number[]): string {
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join(":");
}
