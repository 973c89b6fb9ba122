/** Reads what `nft -j` and `nft -i` print: counters, the lease, and what an earlier process set up. Pure. */

/** Since the tables exist; an install keeps them. Packets as the kernel counts them (a GRO train is one). */
export interface TrafficCounters {
  /** Let in as owned, or as unruled traffic on the default host. */
  acceptedPackets: number;
  acceptedBytes: number;
  /** Let in because conntrack knows the connection, though its bucket is leaving. */
  drainedPackets: number;
  drainedBytes: number;
  /** Dropped at ingress: another host's. */
  foreignPackets: number;
  foreignBytes: number;
  /** Ours, but dropped because the lease had run out. */
  unleasedPackets: number;
  /** Stream packets in an owned or draining bucket whose connection another host holds. */
  strayPackets: number;
}

/** What is in the kernel, as the rule's comment says. */
export interface Installed {
  vip: string;
  clusterMac: string;
  interface: string;
  generation: number;
}

interface Counted {
  packets: number;
  bytes: number;
}

/** `text`: one JSON document a line, as `nft -j 'list ...; list ...'` prints. Counters that are missing read 0. */
export function readCounters(text: string): TrafficCounters {
  const found = new Map<string, Counted>();
  for (const entry of entriesOf(text)) {
    const counter = entry["counter"];
    if (!isRecord(counter)) continue;
    found.set(String(counter["name"]), {
      packets: Number(counter["packets"]),
      bytes: Number(counter["bytes"]),
    });
  }
  const at = (name: string): Counted => found.get(name) ?? { packets: 0, bytes: 0 };
  return {
    acceptedPackets: at("accepted").packets,
    acceptedBytes: at("accepted").bytes,
    drainedPackets: at("drained").packets,
    drainedBytes: at("drained").bytes,
    foreignPackets: at("foreign").packets,
    foreignBytes: at("foreign").bytes,
    unleasedPackets: at("unleased").packets,
    strayPackets: at("stray").packets,
  };
}

/** Finds the comment of `renderDataPlane` in `nft -j list chain`; null when there is none. */
export function readInstalled(text: string): Installed | null {
  const pattern = /^vip (\S+) mac (\S+) interface (\S+) generation (\d+)$/;
  for (const entry of entriesOf(text)) {
    const rule = entry["rule"];
    const match = isRecord(rule) ? pattern.exec(String(rule["comment"])) : null;
    const [, vip, clusterMac, name, generation] = match ?? [];
    if (vip && clusterMac && name)
      return { vip, clusterMac, interface: name, generation: Number(generation) };
  }
  return null;
}

/** Milliseconds the lease still runs, from `list set`; 0 when it has run out or there is no set. */
export function readLeaseLeftMs(text: string): number {
  const left = /expires ((?:\d+(?:ms|[dhms]))+)/.exec(text)?.[1];
  if (left === undefined) return 0;
  const unitMs: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  const parts = left.matchAll(/(\d+)(ms|[dhms])/g);
  return [...parts].reduce((sum, [, amount, unit]) => sum + Number(amount) * (unitMs[unit ?? ""] ?? 0), 0);
}

function entriesOf(text: string): Record<string, unknown>[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .flatMap((line): unknown[] => {
      const document: unknown = JSON.parse(line);
      const list = isRecord(document) ? document["nftables"] : null;
      return Array.isArray(list) ? list : [];
    })
    .filter(isRecord);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
