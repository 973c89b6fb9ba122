/** What a ruleset needs to know about the machine besides the plane, and numbers made of addresses. Pure. */

import type { RenewalGate } from "./renewals.ts";

export interface HostFacts {
  /** The interface's own MAC, lower case. */
  mac: string;
  /** Link-local IPv6 address of the interface; null = IPv6 is off. */
  linkLocal: string | null;
  /** An IPv4 address of the interface that is no virtual IP; null = none. */
  ipv4: string | null;
  /** The kernel can filter frames on their way out (5.16 or newer). */
  hasEgress: boolean;
  /** How packets renew the lease; null = they do not. */
  renewal: RenewalGate | null;
}

export const isIpv6 = (address: string): boolean => address.includes(":");

/** `0x` and 12 digits, as nft wants a MAC in a raw field. */
export function macNumber(mac: string): string {
  return `0x${mac.replaceAll(":", "").toLowerCase()}`;
}

/** `0x` and 32 digits of a canonical IPv6 address. */
export function ipv6Number(address: string): string {
  const [head = "", tail] = address.split("::");
  const groups = (text: string): string[] => (text === "" ? [] : text.split(":"));
  const front = groups(head);
  const back = groups(tail ?? "");
  const zeros = Array<string>(tail === undefined ? 0 : 8 - front.length - back.length).fill("0");
  return `0x${[...front, ...zeros, ...back].map((group) => group.padStart(4, "0")).join("")}`;
}

/**
 * What a 16 bit field must hold so that a one's complement checksum stays right when the MAC `from` is replaced by
 * `to` and the field was zero before (RFC 1624). `extra` = what other raw writes ask for. `0x` and 4 digits.
 */
export function checksumDelta(from: string, to: string, extra = 0): string {
  const sum = (wordsOf(from) - wordsOf(to) + extra) % 0xffff;
  return `0x${(sum < 0 ? sum + 0xffff : sum).toString(16).padStart(4, "0")}`;
}

/** Sum of the three 16 bit words of a MAC. */
function wordsOf(mac: string): number {
  const hex = mac.replaceAll(":", "");
  return [0, 4, 8].reduce((sum, at) => sum + Number.parseInt(hex.slice(at, at + 4), 16), 0);
}

/** The multicast group whose frames travel to this IGMP mode MAC: 01:00:5e:7f:y:z -> 239.255.y.z (DOMAIN 1.4). Null: no such MAC. */
export function igmpGroup(clusterMac: string): string | null {
  const match = /^01:00:5e:([0-7][0-9a-f]):([0-9a-f]{2}):([0-9a-f]{2})$/i.exec(clusterMac);
  if (!match) return null;
  const [a = 0, b = 0, c = 0] = match.slice(1).map((byte) => Number.parseInt(byte, 16));
  return `239.${a | 0x80}.${b}.${c}`;
}
