/**
 * Which bucket a client falls into: the same bytes, in the same order, that nftables hands to `jhash`
 * (its registers are 32 bits wide, so the port stands in a word of its own, zero filled). DOMAIN 1.3.
 */
import { type Affinity, BUCKET_COUNT } from "../types.ts";
import { jhash, reciprocalScale } from "./jhash.ts";

/** The four bytes of a canonical IPv4 text. Throws RangeError for anything else: callers have checked addresses. */
function ipv4Bytes(address: string): number[] {
  const parts = address.split(".");
  const bytes = parts.map(Number);
  const valid =
    parts.length === 4 && parts.every((part, i) => /^\d{1,3}$/.test(part) && (bytes[i] ?? 256) < 256);
  if (!valid) throw new RangeError(`"${address}" is not an IPv4 address; IPv6 clients are not balanced yet`);
  return bytes;
}

/** Where a packet comes from: IPv4 address text and port (0-65535). */
export interface Client {
  address: string;
  port: number;
}

function hashedBytes(affinity: Affinity, client: Client): number[] {
  const bytes = ipv4Bytes(client.address);
  if (affinity === "none") return [...bytes, client.port >> 8, client.port & 0xff, 0, 0];
  if (affinity === "single") return bytes;
  return [...bytes.slice(0, 3), 0];
}

/**
 * Bucket 0 .. BUCKET_COUNT-1 of a client. `none` hashes address and port, `single` the address, `network` the /24
 * (KB 198496). `seed` is the policy's `hashSeed`. Throws RangeError for an address that is not IPv4.
 */
export function bucketOf(affinity: Affinity, client: Client, seed: number): number {
  return reciprocalScale(jhash(Uint8Array.from(hashedBytes(affinity, client)), seed), BUCKET_COUNT);
}
