/**
 * Who is connected to the VIP on this host, from the kernel's socket tables (/proc/net/tcp and tcp6). The sockets
 * are asked and not conntrack, because conntrack remembers for days a client that vanished without a word.
 */
import { type Affinity, bucketOf, type DataPlane } from "@bulkhead/core/wlbs";

export interface OpenConnection {
  localPort: number;
  address: string;
  port: number;
}

/** ESTABLISHED, SYN_RECV, FIN_WAIT1, FIN_WAIT2, CLOSE_WAIT, LAST_ACK, CLOSING; neither LISTEN nor TIME_WAIT. */
const openStates = new Set(["01", "03", "04", "05", "08", "09", "0B"]);
/** An IPv4 address in a socket of family IPv6: ::ffff:a.b.c.d, in 32-bit words of the machine's byte order. */
const mappedPrefix = "0000000000000000FFFF0000";

/** Connections whose local address is `vip` (IPv4). Lines of other shape, such as headings, are passed over. */
export function connectionsTo(vip: string, tables: string): OpenConnection[] {
  const local = kernelHex(vip);
  const found: OpenConnection[] = [];
  for (const line of tables.split("\n")) {
    const [, here = "", there = "", state = ""] = line.trim().split(/\s+/);
    if (!openStates.has(state)) continue;
    const [address = "", port = ""] = withoutMapping(here).split(":");
    const [peer = "", peerPort = ""] = withoutMapping(there).split(":");
    if (address !== local || peer.length !== 8) continue;
    found.push({ localPort: parseInt(port, 16), address: addressText(peer), port: parseInt(peerPort, 16) });
  }
  return found;
}

/** The buckets in which a plane sorts these connections, each once, sorted. */
export function bucketsOfConnections(plane: DataPlane, connections: readonly OpenConnection[]): number[] {
  const buckets = connections.map((connection) => {
    const client = { address: connection.address, port: connection.port };
    return bucketOf(affinityOf(plane, connection.localPort), client, plane.hashSeed);
  });
  return [...new Set(buckets)].toSorted((a, b) => a - b);
}

/**
 * A connection that no rule covers has no bucket. It is given one by its address, so that its host keeps at least
 * one draining bucket and, with it, lets unruled streams go on.
 */
function affinityOf(plane: DataPlane, port: number): Affinity {
  const rule = plane.rules.find(
    ({ protocol, startPort, endPort }) => protocol !== "udp" && startPort <= port && port <= endPort,
  );
  return rule?.affinity ?? "single";
}

function withoutMapping(endpoint: string): string {
  return endpoint.startsWith(mappedPrefix) ? endpoint.slice(mappedPrefix.length) : endpoint;
}

/** The kernel prints the word as its own processor reads it; both x86-64 and arm64 are little endian. */
function kernelHex(address: string): string {
  const bytes = address.split(".").map(Number).toReversed();
  return bytes.map((byte) => byte.toString(16).padStart(2, "0").toUpperCase()).join("");
}

function addressText(hex: string): string {
  return (hex.match(/../g) ?? [])
    .toReversed()
    .map((byte) => parseInt(byte, 16))
    .join(".");
}
