/** Announcements (drains, exceptions) in their binary form: a page has at most some 1150 bytes. */
import { canonicalAddress, parseIpv4 } from "@bulkhead/core/fleet";
import { BUCKET_COUNT, type Drains, type Exceptions, PAGE_CLIENTS } from "@bulkhead/core/wlbs";
import { Reader, Writer } from "./bytes.ts";
import { type Sender, SLOTS_MAX } from "./words.ts";

const BITMAP_BYTES = BUCKET_COUNT / 8;
const IPV4 = 4;
const IPV6 = 6;

type Head = Pick<Drains, "cluster" | "slotsDigest" | "version" | "page" | "pages">;

function writeHead(page: Drains | Exceptions): Writer {
  const out = new Writer().text(page.cluster).digest(page.slotsDigest).u32(page.version);
  return out.u16(page.page).u16(page.pages);
}

function readHead(input: Reader): Head {
  const [cluster, slotsDigest, version] = [input.text(), input.digest(), input.u32()];
  return { cluster, slotsDigest, version, page: input.u16(), pages: input.u16() };
}

export function writeDrains(drains: Drains): Uint8Array {
  return writeHead(drains).u32(drains.slots).u16(drains.bitmap.length).raw(drains.bitmap).done();
}

/** Null when the bytes are not exactly one page of drains. */
export function readDrains(bytes: Uint8Array, sender: Sender): Drains | null {
  const input = new Reader(bytes);
  const head = readHead(input);
  const slots = input.u32();
  const length = input.u16();
  if (length !== 0 && length !== BITMAP_BYTES) return null;
  const bitmap = input.raw(length);
  const valid = input.endedExactly() && head.page < head.pages && head.pages <= SLOTS_MAX;
  return valid ? { kind: "drains", ...sender, ...head, slots, bitmap } : null;
}

/** The groups of a canonical IPv6 text, where "::" stands for as many zeros as are missing. */
function ipv6Groups(address: string): number[] {
  const [head = [], tail = []] = address
    .split("::")
    .map((half) => (half === "" ? [] : half.split(":").map((group) => Number.parseInt(group, 16))));
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail];
}

function writeAddress(out: Writer, address: string): void {
  const v4 = parseIpv4(address);
  if (v4) {
    out.u8(IPV4).raw(Uint8Array.from(v4));
    return;
  }
  out.u8(IPV6);
  for (const group of ipv6Groups(address)) out.u16(group);
}

/** Null when it is no address. */
function readAddress(input: Reader): string | null {
  const family = input.u8();
  if (family === IPV4) return [input.u8(), input.u8(), input.u8(), input.u8()].join(".");
  if (family !== IPV6) return null;
  return canonicalAddress(Array.from({ length: 8 }, () => input.u16().toString(16)).join(":"));
}

export function writeExceptions(exceptions: Exceptions): Uint8Array {
  const out = writeHead(exceptions).u8(exceptions.slot).u8(exceptions.clients.length);
  for (const client of exceptions.clients) writeAddress(out, client);
  return out.done();
}

/** More pages than these a host never has: 4096 clients per rule. */
const PAGES_MAX = SLOTS_MAX * Math.ceil(4096 / PAGE_CLIENTS);

/** Null when the bytes are not exactly one page of exceptions. */
export function readExceptions(bytes: Uint8Array, sender: Sender): Exceptions | null {
  const input = new Reader(bytes);
  const head = readHead(input);
  const slot = input.u8();
  const count = input.u8();
  if (count > PAGE_CLIENTS || slot >= SLOTS_MAX || head.pages > PAGES_MAX) return null;
  const clients = Array.from({ length: count }, () => readAddress(input));
  const known = clients.filter((client) => client !== null);
  const valid = input.endedExactly() && known.length === count && head.page < head.pages;
  return valid ? { kind: "exceptions", ...sender, ...head, slot, clients: known } : null;
}
