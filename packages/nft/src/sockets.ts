/**
 * Who is connected to the VIPs on this host, from the kernel's socket tables (/proc/net/tcp and tcp6). The sockets are
 * asked and not conntrack, because conntrack remembers for days a client that vanished without a word.
 */
import { readFile } from "node:fs/promises";
import { canonicalAddress } from "@bulkhead/core/fleet";
import type { Connection } from "@bulkhead/core/wlbs";

/** ESTABLISHED, SYN_RECV, FIN_WAIT1, FIN_WAIT2, CLOSE_WAIT, LAST_ACK, CLOSING; neither LISTEN nor TIME_WAIT. */
const openStates = new Set(["01", "03", "04", "05", "08", "09", "0B"]);
/** An IPv4 address in a socket of family IPv6: ::ffff:a.b.c.d, in 32-bit words of the machine's byte order. */
const mappedPrefix = "0000000000000000FFFF0000";

/**
 * Connections whose local address is one of `vips` (canonical). A host that dials a VIP of its own is no client of the
 * cluster: such connections stay local and are left out. Lines of other shape, such as headings, are passed over.
 */
export function connectionsTo(vips: readonly string[], tables: string): Connection[] {
  const found: Connection[] = [];
  const texts = new Map<string, string>();
  const addressOf = (hex: string): string => {
    const known = texts.get(hex);
    if (known !== undefined) return known;
    const text = addressText(hex);
    texts.set(hex, text);
    return text;
  };
  for (const line of tables.split("\n")) {
    const [, here = "", there = "", state = ""] = line.trim().split(/\s+/, 4);
    if (!openStates.has(state)) continue;
    const [localHex = "", localPort = ""] = here.split(":");
    const [peerHex = "", port = ""] = there.split(":");
    const vip = addressOf(localHex);
    const address = addressOf(peerHex);
    if (!vips.includes(vip) || vips.includes(address)) continue;
    found.push({ vip, localPort: parseInt(localPort, 16), address, port: parseInt(port, 16) });
  }
  return found;
}

/** The same from this machine's tables, in whatever thread it is asked. A kernel without IPv6 has no second table. */
export async function readConnections(vips: readonly string[]): Promise<Connection[]> {
  const tables = await Promise.all(
    ["tcp", "tcp6"].map((name) => readFile(`/proc/thread-self/net/${name}`, "utf8").catch(() => "")),
  );
  return connectionsTo(vips, tables.join("\n"));
}

/** The kernel prints words as its own processor reads them; both x86-64 and arm64 are little endian. */
function addressText(hex: string): string {
  const plain = hex.startsWith(mappedPrefix) ? hex.slice(mappedPrefix.length) : hex;
  const words = plain.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => (word.match(/../g) ?? []).toReversed());
  if (bytes.length === 4) return bytes.map((byte) => parseInt(byte, 16)).join(".");
  const groups = bytes.join("").match(/.{4}/g) ?? [];
  return canonicalAddress(groups.join(":").toLowerCase()) ?? "";
}
