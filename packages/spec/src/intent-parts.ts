/** Small steps from text to intent that both tiers take. */
import { type Cidr, canonicalAddress, parseCidr } from "@bulkhead/core/fleet";

/** Throws on what the schema should have refused. */
export function cidrOf(text: string): Cidr {
  const cidr = parseCidr(text);
  if (cidr === null) throw new Error(`the schema let the address ${JSON.stringify(text)} through`);
  return cidr;
}

export function canonicalCidr(text: string): string {
  const { address, prefixLength } = cidrOf(text);
  return `${canonicalAddress(address)}/${prefixLength}`;
}

export function mapValues<A, B>(record: Record<string, A>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
