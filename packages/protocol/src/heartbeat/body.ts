/**
 * The two heartbeat messages (beat and table part) in their binary form, without header and signature. A beat of a
 * full cluster of 32 hosts has some 650 bytes, a table part some 1100: both fit into one Ethernet frame.
 */
import type { Beat, EpochView, Order, Phase, Stage, TablePart } from "@bulkhead/core/wlbs";
import { PART_BUCKETS } from "@bulkhead/core/wlbs";
import { Reader, Writer } from "./bytes.ts";

/** Positions are the wire values: append only. */
const STAGES: readonly Stage[] = ["joining", "member", "leaving", "failed"];
const ORDERS: readonly Order[] = ["release", "commit", "stable"];
const PHASES: readonly Phase[] = ["received", "released", "applied"];

const HOST_ID_MAX = 32;
/** More acknowledgements than hosts: a duplicate host ID is heard too. */
const LIST_MAX = 64;
const FLAG = { draining: 1, clear: 2, view: 4, phase: 8 } as const;

/** What the header carries for both. */
export interface Sender {
  hostId: number;
  incarnation: number;
  seq: number;
}

export function writeBeat(beat: Beat): Uint8Array {
  const flags =
    (beat.draining ? FLAG.draining : 0) |
    (beat.clear ? FLAG.clear : 0) |
    (beat.view ? FLAG.view : 0) |
    (beat.phase ? FLAG.phase : 0);
  const out = new Writer().text(beat.cluster).text(beat.node).u8(STAGES.indexOf(beat.stage)).u8(flags);
  out.digest(beat.policyDigest).u8(beat.ruleCount).u16(beat.ownedCount);
  if (beat.phase) out.u8(PHASES.indexOf(beat.phase));
  if (beat.view) writeView(out, beat.view);
  out.u8(beat.acks.length);
  for (const ack of beat.acks) out.u8(ack.hostId).u48(ack.incarnation).u32(ack.seq);
  return out.done();
}

function writeView(out: Writer, view: EpochView): void {
  out.u32(view.epoch.counter).u8(view.epoch.coordinator).u8(view.defaultHost).u8(ORDERS.indexOf(view.order));
  out.digest(view.tableDigest).digest(view.policyDigest).u8(view.members.length);
  for (const member of view.members) out.u8(member.hostId).u48(member.incarnation);
}

export function writeTable(part: TablePart): Uint8Array {
  const out = new Writer().text(part.cluster).u32(part.epoch.counter).u8(part.epoch.coordinator);
  return out.digest(part.tableDigest).u8(part.part).raw(part.owners).done();
}

function isHostId(value: number): boolean {
  return value >= 1 && value <= HOST_ID_MAX;
}

function readView(input: Reader): EpochView | null {
  const epoch = { counter: input.u32(), coordinator: input.u8() };
  const defaultHost = input.u8();
  const order = ORDERS[input.u8()];
  const [tableDigest, policyDigest] = [input.digest(), input.digest()];
  const count = input.u8();
  if (!order || count > HOST_ID_MAX || defaultHost > HOST_ID_MAX || !isHostId(epoch.coordinator)) return null;
  const members = Array.from({ length: count }, () => ({ hostId: input.u8(), incarnation: input.u48() }));
  const rising = members.every((m, i) => isHostId(m.hostId) && m.hostId > (members[i - 1]?.hostId ?? 0));
  return rising ? { epoch, members, defaultHost, tableDigest, policyDigest, order } : null;
}

function readAcks(input: Reader): Beat["acks"] | null {
  const count = input.u8();
  if (count > LIST_MAX) return null;
  const acks = Array.from({ length: count }, () => ({
    hostId: input.u8(),
    incarnation: input.u48(),
    seq: input.u32(),
  }));
  return acks.every((ack) => isHostId(ack.hostId)) ? acks : null;
}

/** Null when the bytes are not exactly one beat. */
export function readBeat(bytes: Uint8Array, sender: Sender): Beat | null {
  const input = new Reader(bytes);
  const [cluster, node] = [input.text(), input.text()];
  const stage = STAGES[input.u8()];
  const flags = input.u8();
  const policyDigest = input.digest();
  const [ruleCount, ownedCount] = [input.u8(), input.u16()];
  const phase = flags & FLAG.phase ? PHASES[input.u8()] : null;
  const view = flags & FLAG.view ? readView(input) : null;
  const acks = readAcks(input);
  const viewIsWhole =
    (view !== null) === ((flags & FLAG.view) !== 0) && (view !== null) === (stage === "member");
  if (!stage || phase === undefined || !acks || !viewIsWhole || !input.endedExactly()) return null;
  const draining = (flags & FLAG.draining) !== 0;
  const clear = (flags & FLAG.clear) !== 0;
  const what = { stage, draining, clear, policyDigest, ruleCount, view, phase, acks, ownedCount };
  return { kind: "beat", cluster, node, ...sender, ...what };
}

/** Null when the bytes are not exactly one table part. */
export function readTable(bytes: Uint8Array, sender: Sender): TablePart | null {
  const input = new Reader(bytes);
  const cluster = input.text();
  const epoch = { counter: input.u32(), coordinator: input.u8() };
  const tableDigest = input.digest();
  const part = input.u8();
  const owners = input.raw(PART_BUCKETS);
  const valid =
    input.endedExactly() && isHostId(epoch.coordinator) && owners.every((id) => id <= HOST_ID_MAX);
  return valid ? { kind: "table", cluster, ...sender, epoch, tableDigest, part, owners } : null;
}
