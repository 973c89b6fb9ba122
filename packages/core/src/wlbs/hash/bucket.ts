/**
 * Which bucket a client falls into: the same bytes, in the same order, that nftables hands to `jhash`
 * (its registers are 32 bits wide, so the port stands in a word of its own, zero filled). DOMAIN 1.3.
 */
import { canonicalAddress, parseIpv4 } from "../../fleet/index.ts";
import { type Affinity, BUCKET_COUNT } from "../types.ts";
import { jhash, reciprocalScale } from "./jhash.ts";

/** Where a packet comes from: address text, IPv4 or IPv6, and port (0-65535). */
export interface Client {
  address: string;
  port: number;
}

/** The bytes of an address, and of its network: /24 or /64. Throws RangeError for anything else: callers have checked addresses. */
function addressBytes(address: string): { bytes: number[]; networkBytes: number } {
  const v4 = parseIpv4(address);
  if (v4) return { bytes: [...v4], networkBytes: 3 };
  const canonical = canonicalAddress(address);
  if (canonical === null || !canonical.includes(":")) throw new RangeError(`"${address}" is no IP address.`);
  return {
    bytes: ipv6Groups(canonical).flatMap((group) => [group >> 8, group & 0xff]),
    networkBytes: 8,
  };
}

/** The eight groups of a canonical text, where "::" stands for as many zeros as are missing. */
function ipv6Groups(canonical: string): number[] {
  const [head = [], tail = []] = canonical
    .split("::")
    .map((half) => (half === "" ? [] : half.split(":").map((group) => Number.parseInt(group, 16))));
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail];
}

function hashedBytes(affinity: Affinity, client: Client): number[] {
  const { bytes, networkBytes } = addressBytes(client.address);
  if (affinity === "none") return [...bytes, client.port >> 8, client.port & 0xff, 0, 0];
  if (affinity === "single") return bytes;
  return bytes.map((byte, i) => (i < networkBytes ? byte : 0));
}

/**
 * Bucket 0 .. BUCKET_COUNT-1 of a client. `none` hashes address and port, `single` the address, `network` the /24,
 * of IPv6 the /64 (KB 198496). `seed` is the policy's `hashSeed`. Throws RangeError for a text that is no address.
 */
export function bucketOf(affinity: Affinity, client: Client, seed: number): number {
  return reciprocalScale(jhash(Uint8Array.from(hashedBytes(affinity, client)), seed), BUCKET_COUNT);
}
