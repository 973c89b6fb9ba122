/**
 * "Would this host accept this packet, and why": the same decision as the data plane's, in words. The counterpart of
 * Get-NlbClusterDriverInfo -Filter (DOMAIN 1.11).
 */
import { canonicalAddress } from "../../fleet/index.ts";
import { bucketOf } from "../hash/bucket.ts";
import { type BucketTable, type DataPlane, MARK, type PlaneRule } from "../types.ts";
import { type FlowProtocol, ruleFor } from "./match.ts";
import { type Endpoint, formatEndpoint, parseEndpoint } from "./target.ts";

export interface Packet {
  protocol: FlowProtocol;
  from: Endpoint;
  to: Endpoint;
}

export interface FilterVerdict {
  /** Does a new flow like this end on this host. */
  accepts: boolean;
  /** In the middle of a TCP connection: does this host let it through to its own connections. */
  acceptsOpenConnections: boolean;
  rule: string | null;
  bucket: number | null;
  /** Host ID of the owner, when this host knows it. */
  owner: number | null;
  /** A sentence. */
  text: string;
}

/** What the verdict rests on besides the packet. */
export interface FilterGround {
  /** The plane that the kernel has confirmed; null = none. */
  plane: DataPlane | null;
  leaseAlive: boolean;
  /** Owner tables by rule name, where known. */
  tables: ReadonlyMap<string, BucketTable>;
  /** Host ID of the default host, 0 = nobody. */
  defaultHost: number;
}

const protocols: readonly FlowProtocol[] = ["tcp", "udp", "icmp", "gre", "esp", "ah"];

/** Ports may be left out where the protocol has none. Null: malformed; say then `packetForm`. */
export function parsePacket(text: { protocol: string; from: string; to: string }): Packet | null {
  const protocol = protocols.find((known) => known === text.protocol.toLowerCase());
  const [from, to] = [text.from, text.to].map((end) =>
    parseEnd(end, protocol !== "tcp" && protocol !== "udp"),
  );
  return protocol && from && to ? { protocol, from, to } : null;
}

export const packetForm =
  "Write a protocol (tcp, udp, icmp, gre, esp, ah), the client as ADDRESS:PORT and the virtual IP as ADDRESS:PORT; IPv6 addresses in brackets.";

function parseEnd(text: string, mayLackPort: boolean): Endpoint | null {
  const endpoint = parseEndpoint(text);
  if (endpoint || !mayLackPort) return endpoint;
  const address = canonicalAddress(text.trim().replace(/^\[(.*)\]$/, "$1"));
  return address === null ? null : { address, port: 0 };
}

function no(text: string, more: Partial<FilterVerdict> = {}): FilterVerdict {
  const nothing = { rule: null, bucket: null, owner: null };
  return { accepts: false, acceptsOpenConnections: false, ...nothing, ...more, text };
}

export function filterVerdict(ground: FilterGround, packet: Packet): FilterVerdict {
  const { plane } = ground;
  const at = formatEndpoint(packet.to);
  if (!plane)
    return no(
      "This host is stopped: it has no data plane and drops nothing and takes nothing for the cluster.",
    );
  if (packet.to.address === plane.dedicatedIp) {
    return {
      ...no(`${packet.to.address} is the dedicated IP of this host: it is never filtered.`),
      accepts: true,
      acceptsOpenConnections: true,
    };
  }
  if (!plane.vips.some(({ address }) => address === packet.to.address)) {
    return no(`${packet.to.address} is no virtual IP of ${plane.cluster}; the filter does not touch it.`);
  }
  if (packet.from.address.includes(":") !== packet.to.address.includes(":")) {
    return no("Client and virtual IP are of different address families; there is no such packet.");
  }
  if (packet.protocol === "icmp") return echo(ground, plane);
  const match = ruleFor(plane.rules, {
    protocol: packet.protocol,
    vip: packet.to.address,
    port: packet.to.port,
  });
  if (!match) return unruled(ground, plane, at);
  if (match.rule.table === null) {
    return no(`Rule ${match.rule.name} is disabled: everything to ${at} is dropped.`, {
      rule: match.rule.name,
    });
  }
  const bucket = bucketOf(match.affinity, packet.from, plane.hashSeed);
  return byBucket(ground, { plane, rule: match.rule, bucket, client: packet.from.address });
}

function echo(ground: FilterGround, plane: DataPlane): FilterVerdict {
  if (plane.answersEcho) return { ...no("ICMP echo is answered by this host."), accepts: true };
  return no("ICMP echo is answered by another host (FilterIcmp).", { owner: ground.defaultHost || null });
}

function unruled(ground: FilterGround, plane: DataPlane, at: string): FilterVerdict {
  const owner = ground.defaultHost || null;
  if (plane.unruled === "owned") {
    const verdict = { accepts: ground.leaseAlive, acceptsOpenConnections: true };
    return {
      ...no(`No rule covers ${at}; this host is the default host.${leaseText(ground)}`, { owner }),
      ...verdict,
    };
  }
  const text = `No rule covers ${at}; it belongs to the default host${owner ? `, host ${owner}` : ""}.`;
  return no(text, { owner, acceptsOpenConnections: plane.unruled === "draining" });
}

function leaseText({ leaseAlive }: FilterGround): string {
  return leaseAlive ? "" : " Its kernel lease has run out, so it takes nothing new.";
}

function byBucket(
  ground: FilterGround,
  at: { plane: DataPlane; rule: PlaneRule; bucket: number; client: string },
): FilterVerdict {
  const { plane, rule, bucket } = at;
  const mark = plane.tables[rule.table ?? -1]?.marks[bucket] ?? MARK.foreign;
  const owner = ground.tables.get(rule.name)?.[bucket] || null;
  const where = { rule: rule.name, bucket, owner };
  const inBucket = `Rule ${rule.name}, bucket ${bucket}`;
  if (mark === MARK.owned && rule.sticky?.elsewhere.includes(at.client)) {
    const text = `${inBucket}: this host owns the bucket, but extended affinity keeps the client on the host that it used before.`;
    return no(text, { ...where, acceptsOpenConnections: true });
  }
  if (mark === MARK.owned) {
    const text = `${inBucket}: this host owns it.${leaseText(ground)}`;
    return { ...where, accepts: ground.leaseAlive, acceptsOpenConnections: true, text };
  }
  const other = owner ? `host ${owner}` : "another host, or nobody,";
  if (mark === MARK.draining) {
    const text = `${inBucket}: ${other} owns it; this host keeps the connections that it has${rule.sticky ? ", and clients of the last " + rule.sticky.timeoutMin + " min" : ""}.`;
    return no(text, { ...where, acceptsOpenConnections: true });
  }
  return no(`${inBucket}: ${other} owns it.`, where);
}
