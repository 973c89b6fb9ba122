/** Addresses that are written well and still cannot be the address of a host. */
import { type Cidr, canonicalAddress, inSubnet, isIpv4, parseCidr } from "../fleet/index.ts";

const special: [string, string][] = [
  ["0.0.0.0/8", "no address of a host (0.0.0.0/8)"],
  ["127.0.0.0/8", "a loopback address"],
  ["224.0.0.0/4", "a multicast address"],
  ["240.0.0.0/4", "a reserved address"],
  ["::1/128", "a loopback address"],
  ["::/128", "no address of a host"],
  ["ff00::/8", "a multicast address"],
  ["fe80::/10", "a link-local address, which means another thing on every interface"],
];

/** Half a sentence that follows "is"; null when a host can have the address. Takes a CIDR text. */
export function unusableBecause(text: string): string | null {
  const cidr = parseCidr(text);
  if (cidr === null) return "no address with a prefix";
  const found = special.find(([subnet]) => {
    const range = parseCidr(subnet);
    return range !== null && inSubnet(cidr.address, range);
  });
  return found?.[1] ?? edgeOf(cidr);
}

/** The first and the last address of an IPv4 subnet stand for the subnet and for everybody in it. */
function edgeOf({ address, prefixLength }: Cidr): string | null {
  if (!isIpv4(address) || prefixLength > 30) return null;
  const value = address.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
  const size = 2 ** (32 - prefixLength);
  const place = value % size;
  if (place === 0) return `the address of the subnet ${canonicalAddress(address)}/${prefixLength} itself`;
  return place === size - 1 ? "the broadcast address of its subnet" : null;
}
