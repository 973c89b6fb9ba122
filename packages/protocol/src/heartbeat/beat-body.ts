/**
 * The beat in its binary form, without header and signature. That of a full cluster of 32 hosts has some 750 bytes: it
 * fits into one Ethernet frame.
 */
import type { Ack, Beat, Electorate, EpochView } from "@bulkhead/core/wlbs";
import { type Reader, Writer } from "./bytes.ts";
import {
  CAUSES,
  HOST_ID_MAX,
  hostMask,
  hostsOf,
  isHostId,
  LIST_MAX,
  ORDERS,
  PHASES,
  type Sender,
  STAGES,
} from "./words.ts";

const FLAG = {
  draining: 1,
  clear: 2,
  view: 4,
  phase: 8,
  ready: 16,
  mac: 32,
  electorate: 64,
  linkUp: 128,
} as const;
const MAC_BYTES = 6;
/** Host ID and incarnation, of an acknowledgement, and with the number of the beat. */
export const ACK_MEMBER_BYTES = 7;
export const ACK_BYTES = 11;

function flagsOf(beat: Beat): number {
  const is: Record<keyof typeof FLAG, boolean> = {
    draining: beat.draining,
    clear: beat.clear,
    view: beat.view !== null,
    phase: beat.phase !== null,
    ready: beat.ready,
    linkUp: beat.linkUp,
    mac: beat.mac !== null,
    electorate: beat.view !== null && beat.view.electorate !== null,
  };
  return Object.entries(FLAG).reduce(
    (flags, [name, bit]) => (is[name as keyof typeof FLAG] ? flags | bit : flags),
    0,
  );
}

function macBytes(mac: string): Uint8Array {
  return Uint8Array.from(mac.split(":").map((part) => Number.parseInt(part, 16)));
}

function macText(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(":");
}

export function writeBeat(beat: Beat): Uint8Array {
  const out = new Writer().text(beat.cluster).text(beat.node);
  out.u8(STAGES.indexOf(beat.stage)).u8(flagsOf(beat));
  if (beat.mac) out.raw(macBytes(beat.mac));
  out.digest(beat.policyDigest).u8(beat.ruleCount).u32(beat.closed).u32(beat.failing).u32(beat.exceptions);
  if (beat.phase) out.u8(PHASES.indexOf(beat.phase));
  if (beat.view) writeView(out, beat.view);
  out.u8(beat.acks.length);
  for (const ack of beat.acks) out.u8(ack.hostId).u48(ack.incarnation).u32(ack.seq);
  return out.done();
}

function writeView(out: Writer, view: EpochView): void {
  out.u32(view.epoch.counter).u8(view.epoch.coordinator).u8(view.defaultHost).u8(ORDERS.indexOf(view.order));
  out.u8(CAUSES.indexOf(view.cause)).u8(view.initiator);
  out.digest(view.tableDigest).digest(view.policyDigest).u8(view.members.length);
  for (const member of view.members) out.u8(member.hostId).u48(member.incarnation);
  if (!view.electorate) return;
  const { lineage, epoch, voters, absent } = view.electorate;
  out.u48(lineage).u32(epoch.counter).u8(epoch.coordinator).u32(hostMask(voters)).u32(hostMask(absent));
}

function readElectorate(input: Reader): Electorate | null {
  const lineage = input.u48();
  const epoch = { counter: input.u32(), coordinator: input.u8() };
  const voters = hostsOf(input.u32());
  const absent = hostsOf(input.u32());
  // Host ID 0 as coordinator: a cluster that has not been stable yet.
  return epoch.coordinator <= HOST_ID_MAX ? { lineage, epoch, voters, absent } : null;
}

function readMembers(input: Reader): EpochView["members"] | null {
  const count = input.u8();
  if (count > HOST_ID_MAX) return null;
  const members = Array.from({ length: count }, () => ({ hostId: input.u8(), incarnation: input.u48() }));
  const rising = members.every((m, i) => isHostId(m.hostId) && m.hostId > (members[i - 1]?.hostId ?? 0));
  return rising ? members : null;
}

function readView(input: Reader, hasElectorate: boolean): EpochView | null {
  const epoch = { counter: input.u32(), coordinator: input.u8() };
  const defaultHost = input.u8();
  const order = ORDERS[input.u8()];
  const cause = CAUSES[input.u8()];
  const initiator = input.u8();
  const [tableDigest, policyDigest] = [input.digest(), input.digest()];
  const members = readMembers(input);
  const electorate = members && hasElectorate ? readElectorate(input) : null;
  if (!order || !cause || !members || (hasElectorate && !electorate)) return null;
  if (!isHostId(epoch.coordinator) || defaultHost > HOST_ID_MAX || initiator > HOST_ID_MAX) return null;
  return { epoch, members, defaultHost, tableDigest, policyDigest, order, cause, initiator, electorate };
}

/** All that a beat says besides who heard whom last: what a host at rest repeats for hours. */
export type BeatSaying = Omit<Beat, "kind" | "acks" | keyof Sender>;

/** Null when the bytes do not begin with a saying. The reader stands before the acknowledgements then. */
export function readSaying(input: Reader): BeatSaying | null {
  const [cluster, node] = [input.text(), input.text()];
  const stage = STAGES[input.u8()];
  const flags = input.u8();
  const has = (name: keyof typeof FLAG): boolean => (flags & FLAG[name]) !== 0;
  const mac = has("mac") ? macText(input.raw(MAC_BYTES)) : null;
  const policyDigest = input.digest();
  const [ruleCount, closed, failing] = [input.u8(), input.u32(), input.u32()];
  const exceptions = input.u32();
  const phase = has("phase") ? PHASES[input.u8()] : null;
  const view = has("view") ? readView(input, has("electorate")) : null;
  const viewIsWhole = (view !== null) === has("view") && (view !== null) === (stage === "member");
  if (!stage || phase === undefined || !viewIsWhole) return null;
  const own = { draining: has("draining"), clear: has("clear"), ready: has("ready"), linkUp: has("linkUp") };
  const states = { ...own, closed, failing };
  return { cluster, node, mac, stage, ...states, policyDigest, ruleCount, view, phase, exceptions };
}

export function readAck(input: Reader): Ack {
  return { hostId: input.u8(), incarnation: input.u48(), seq: input.u32() };
}

/** Null when what is left is not exactly the acknowledgements of a beat. */
export function readAcks(input: Reader): Beat["acks"] | null {
  const count = input.u8();
  if (count > LIST_MAX) return null;
  const acks: Beat["acks"] = [];
  for (let left = count; left > 0; left -= 1) {
    const ack = readAck(input);
    if (!isHostId(ack.hostId)) return null;
    acks.push(ack);
  }
  return input.endedExactly() ? acks : null;
}
