/** Layout and parts of a distribution in their binary form: a part has some 1100 bytes and fits into one Ethernet frame. */
import { BUCKET_COUNT, PART_BUCKETS, type TableLayout, type TablePart } from "@bulkhead/core/wlbs";
import { Reader, Writer } from "./bytes.ts";
import { HOST_ID_MAX, isHostId, NONE, type Sender, SLOTS_MAX } from "./words.ts";

function writeHead(piece: TableLayout | TablePart): Writer {
  const out = new Writer().text(piece.cluster).u32(piece.epoch.counter).u8(piece.epoch.coordinator);
  return out.digest(piece.tableDigest);
}

function readHead(input: Reader): Pick<TablePart, "cluster" | "epoch" | "tableDigest"> {
  const cluster = input.text();
  const epoch = { counter: input.u32(), coordinator: input.u8() };
  return { cluster, epoch, tableDigest: input.digest() };
}

function writeList(out: Writer, list: readonly (number | null)[]): void {
  out.u8(list.length);
  for (const value of list) out.u8(value ?? NONE);
}

/** Null when an entry is above `max`. */
function readList(input: Reader, max: number): (number | null)[] | null {
  const count = input.u8();
  if (count > SLOTS_MAX) return null;
  const values = Array.from({ length: count }, () => input.u8());
  if (values.some((value) => value > max && value !== NONE)) return null;
  return values.map((value) => (value === NONE ? null : value));
}

export function writeLayout(layout: TableLayout): Uint8Array {
  const out = writeHead(layout);
  writeList(out, layout.slots);
  writeList(out, layout.uniform);
  return out.done();
}

export function writeTable(part: TablePart): Uint8Array {
  return writeHead(part).u8(part.table).u8(part.part).raw(part.owners).done();
}

/** Null when the bytes are not exactly one layout. */
export function readLayout(bytes: Uint8Array, sender: Sender): TableLayout | null {
  const input = new Reader(bytes);
  const head = readHead(input);
  const slots = readList(input, SLOTS_MAX - 1);
  const uniform = readList(input, HOST_ID_MAX);
  if (!slots || !uniform || !input.endedExactly() || !isHostId(head.epoch.coordinator)) return null;
  const named = slots.every((table) => table === null || table < uniform.length);
  return named ? { kind: "layout", ...sender, ...head, slots, uniform } : null;
}

/** Null when the bytes are not exactly one table part. */
export function readTable(bytes: Uint8Array, sender: Sender): TablePart | null {
  const input = new Reader(bytes);
  const head = readHead(input);
  const [table, part] = [input.u8(), input.u8()];
  const owners = input.raw(PART_BUCKETS);
  if (!input.endedExactly() || !isHostId(head.epoch.coordinator)) return null;
  const isPlace = table < SLOTS_MAX && part < BUCKET_COUNT / PART_BUCKETS;
  const valid = isPlace && owners.every((id) => id <= HOST_ID_MAX);
  return valid ? { kind: "table", ...sender, ...head, table, part, owners } : null;
}
