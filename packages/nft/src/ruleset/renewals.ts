/**
 * The lease is a set with one element that runs out. It is renewed by a packet: the agent sends a datagram to itself over
 * loopback, and a rule that reads a duration in it gives the element so long (docs/decisions/0011). Pure.
 */
import type { DataPlane } from "@bulkhead/core/wlbs";
import type { Ground } from "./ground.ts";
import { tableName } from "./table.ts";

/** What the rules know a renewal by. Whoever may read our rules may renew: that is root, as with nft itself. */
export interface RenewalGate {
  /** UDP, of 127.0.0.1. */
  port: number;
  /** 16 hex digits. */
  secret: string;
}

/** Set of the lease. Its element has a key that is the same for every packet: `meta mark & 0`. */
export const leaseSet = "leased";
export const leaseKey = "meta mark & 0";

/**
 * A rule gives a fixed time, so there is one for each of so many: the lease ends earlier by up to a 32nd of the longest. More would make
 * every reading of counters dearer, for which nft fetches all rules.
 */
const rungs = 32;

/** Durations in ms that a packet can ask for, rising. Never longer than the longest. */
export function renewalRungs({ longestLeaseMs }: Pick<DataPlane, "longestLeaseMs">): number[] {
  const all = Array.from({ length: rungs }, (_, index) => Math.floor((longestLeaseMs * (index + 1)) / rungs));
  return [...new Set(all)].filter((ms) => ms >= 1);
}

/** Bits in the datagram, behind the UDP header: secret, duration in ms, number. */
const at = { secret: "@th,64,64", duration: "@th,128,32" } as const;

/** What stands in the place of the duration when the packet comes back and the lease is renewed. */
export const renewedMark = 0xff_ff_ff_ff;

/** The packet: `number` tells it from others. */
export function renewalPacket({ secret }: RenewalGate, ms: number, number: number): Uint8Array {
  const bytes = Buffer.alloc(16);
  bytes.write(secret, 0, "hex");
  bytes.writeUInt32BE(ms, 8);
  bytes.writeUInt32BE(number, 12);
  return bytes;
}

/** The number of a packet that has come back, and whether a rule has renewed the lease; null = not one of ours. */
export function readRenewal(bytes: Uint8Array): { number: number; isRenewed: boolean } | null {
  const packet = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (packet.length !== 16) return null;
  return { number: packet.readUInt32BE(12), isRenewed: packet.readUInt32BE(8) === renewedMark };
}

export function renderRenewals({ netdev, plane, facts }: Ground): void {
  netdev.set({
    kind: "set",
    name: leaseSet,
    spec: "{ type mark; flags dynamic,timeout; }",
    elements: null,
  });
  const gate = facts.renewal;
  if (!gate) return;
  const lines = renewalRungs(plane).map(
    (ms) =>
      `${at.duration} ${ms} update @${leaseSet} { ${leaseKey} timeout ${ms}ms } ${at.duration} set ${renewedMark} accept`,
  );
  netdev.chain("renewals", lines);
  netdev.chain(
    "lo",
    [`udp dport ${gate.port} ${at.secret} 0x${gate.secret} goto renewals`],
    `{ type filter hook ingress device "lo" priority 0; policy accept; }`,
  );
}

/**
 * One line for a running `nft -i`, where a packet cannot do it: the lease runs out in `leaseMs` from now, whatever it was before;
 * at once when that is not positive. A plain `add` does not change a living element (nft 1.0.6).
 */
export function renderLease(leaseMs: number): string {
  const set = `netdev ${tableName} ${leaseSet}`;
  if (leaseMs < 1) return `flush set ${set}`;
  const add = `add element ${set} { 0 timeout ${Math.floor(leaseMs)}ms }`;
  return `${add}; delete element ${set} { 0 }; ${add}`;
}
