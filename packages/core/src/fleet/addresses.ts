/**
 * Addresses as the rules compare them: canonical text without prefix, IPv4-mapped IPv6 folded to IPv4
 * (DOMAIN 3.2, "addr()"). Written here because core has no dependencies; only what the rules need.
 */

export interface Cidr {
  /** Canonical address. */
  address: string;
  prefixLength: number;
}

/** Canonical text of an IPv4 or IPv6 address, or null if it is none. */
export function canonicalAddress(text: string): string | null {
  const v4 = parseIpv4(text);
  if (v4 !== null) return formatIpv4(v4);
  const groups = parseIpv6(text);
  return groups === null ? null : formatIpv6(groups);
}

/** `a.b.c.d/n` or `x::y/n`; null if malformed or without prefix. */
export function parseCidr(text: string): Cidr | null {
  const [addressText, prefixText, rest] = text.split("/");
  if (addressText === undefined || prefixText === undefined || rest !== undefined) return null;
  const address = canonicalAddress(addressText);
  if (address === null || !/^\d{1,3}$/.test(prefixText)) return null;
  // A mapped address (::ffff:a.b.c.d/120) is folded to IPv4, so its prefix loses the 96 mapping bits.
  const isMapped = isIpv4(address) && addressText.includes(":");
  const prefixLength = Number(prefixText) - (isMapped ? 96 : 0);
  return prefixLength < 0 || prefixLength > (isIpv4(address) ? 32 : 128) ? null : { address, prefixLength };
}

export function isIpv4(canonical: string): boolean {
  return !canonical.includes(":");
}

/** True if the address lies in the subnet. Different families never match. */
export function inSubnet(address: string, subnet: Cidr): boolean {
  const bits = addressBits(address);
  const base = addressBits(subnet.address);
  if (bits === null || base === null || bits.width !== base.width) return false;
  const shift = BigInt(bits.width - subnet.prefixLength);
  return bits.value >> shift === base.value >> shift;
}

/** The network that an address with its prefix length is in: 10.77.0.50/24 gives 10.77.0.0/24. */
export function networkOf({ address, prefixLength }: Cidr): Cidr {
  const bits = addressBits(address);
  if (bits === null) return { address, prefixLength };
  const shift = BigInt(bits.width - prefixLength);
  return { address: addressOfBits((bits.value >> shift) << shift, bits.width), prefixLength };
}

/** Four bytes, or null. Leading zeros are refused: some parsers read them as octal. */
export function parseIpv4(text: string): [number, number, number, number] | null {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part))) return null;
  const [a, b, c, d] = parts.map(Number);
  if (a === undefined || b === undefined || c === undefined || d === undefined) return null;
  return Math.max(a, b, c, d) > 255 ? null : [a, b, c, d];
}

function formatIpv4(bytes: readonly number[]): string {
  return bytes.join(".");
}

function addressBits(canonical: string): { value: bigint; width: number } | null {
  const v4 = parseIpv4(canonical);
  if (v4 !== null) return { value: v4.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n), width: 32 };
  const v6 = parseIpv6(canonical);
  return v6 === null
    ? null
    : { value: v6.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n), width: 128 };
}

function addressOfBits(value: bigint, width: number): string {
  const parts = (size: bigint) =>
    Array.from({ length: width / Number(size) }, (_, index) =>
      Number((value >> (BigInt(width) - size * BigInt(index + 1))) & ((1n << size) - 1n)),
    );
  return width === 32 ? formatIpv4(parts(8n)) : formatIpv6(parts(16n));
}

/** Eight groups, or null. Zone ids are refused: a rule cannot compare them between machines. */
function parseIpv6(text: string): number[] | null {
  const expanded = expandEmbeddedIpv4(text.toLowerCase());
  if (expanded === null) return null;
  const halves = expanded.split("::");
  if (halves.length > 2) return null;
  const head = parseGroups(halves[0] ?? "");
  const tail = parseGroups(halves[1] ?? "");
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1) return missing === 0 ? head : null;
  return missing < 1 ? null : [...head, ...Array<number>(missing).fill(0), ...tail];
}

function parseGroups(text: string): number[] | null {
  if (text === "") return [];
  const groups = text.split(":");
  return groups.every((group) => /^[0-9a-f]{1,4}$/.test(group))
    ? groups.map((group) => Number.parseInt(group, 16))
    : null;
}

function expandEmbeddedIpv4(text: string): string | null {
  const colon = text.lastIndexOf(":");
  if (colon < 0) return null;
  const last = text.slice(colon + 1);
  if (!last.includes(".")) return text;
  const bytes = parseIpv4(last);
  if (bytes === null) return null;
  const [a, b, c, d] = bytes;
  return `${text.slice(0, colon + 1)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

/** RFC 5952: longest run of two or more zero groups becomes `::`; mapped addresses become IPv4. */
function formatIpv6(groups: readonly number[]): string {
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped) {
    const [high = 0, low = 0] = groups.slice(6);
    return formatIpv4([high >> 8, high & 255, low >> 8, low & 255]);
  }
  const run = longestZeroRun(groups);
  const hex = groups.map((group) => group.toString(16));
  if (run.length < 2) return hex.join(":");
  return `${hex.slice(0, run.start).join(":")}::${hex.slice(run.start + run.length).join(":")}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  groups.forEach((group, index) => {
    if (group !== 0) start = index + 1;
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start };
  });
  return best;
}
