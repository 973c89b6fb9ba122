/**
 * Heartbeat datagrams: header, body, HMAC-SHA-256 over both. VRRP's unsigned adverts let any host of the segment
 * take a cluster down; here a datagram without one of the cluster's keys changes nothing but a counter.
 *
 * Header, 28 bytes: magic "BHHB", version 2, type (see TYPE), host ID, 0, key id (u32), incarnation (u48),
 * number (u32), sent at (u48, wall clock, epoch ms). Then the body, then the first 16 bytes of the HMAC.
 */
import { hash, timingSafeEqual } from "node:crypto";
import type { MemberId, WlbsMessage } from "@bulkhead/core/wlbs";
import { readDrains, readExceptions, writeDrains, writeExceptions } from "./announce-body.ts";
import { writeBeat } from "./beat-body.ts";
import { Reader, Writer } from "./bytes.ts";
import { ReplayGuard } from "./replay.ts";
import { Sayings } from "./sayings.ts";
import { readLayout, readTable, writeLayout, writeTable } from "./table-body.ts";
import type { Sender } from "./words.ts";

const MAGIC = 0x42484842;
/** 1 knew one table for all rules; its hosts and ours do not form a cluster together. */
const VERSION = 2;
const TYPE = { beat: 1, table: 2, layout: 3, drains: 4, exceptions: 5 } as const;
const HEADER_BYTES = 28;
/** Number and time end the header; before them stands what is the same in every datagram of one type and life. */
const FIXED_BYTES = 18;
const HOST_ID_AT = 6;
const MAC_BYTES = 16;
const KEY_BYTES_MIN = 16;
/** Block and digest of SHA-256, and the pads of RFC 2104. */
const [BLOCK_BYTES, DIGEST_BYTES, INNER_PAD, OUTER_PAD] = [64, 32, 0x36, 0x5c];
/** One Ethernet frame with room for tunnels; we never send more, so nobody of ours does. */
export const HEARTBEAT_BYTES_MAX = 1300;
/** Clocks of one cluster may differ by this much; a recorded datagram is worthless after it. */
const MAX_AGE_MS = 30_000;

/** `key` is base64 of at least 16 bytes. */
export interface HeartbeatKey {
  id: number;
  key: string;
}

export type HeartbeatRejection =
  | "too-short"
  | "too-long"
  | "not-a-heartbeat"
  | "wrong-version"
  | "unknown-key"
  | "bad-signature"
  | "stale"
  | "replayed"
  | "reordered"
  | "malformed";

export type HeartbeatVerdict =
  | { ok: true; message: WlbsMessage }
  /** `skewMs`, of a stale one: by how much the sender's clock is ahead of ours (negative: behind). */
  | { ok: false; reason: HeartbeatRejection; skewMs?: number };

interface Header extends Sender {
  type: number;
  keyId: number;
  sentAtMs: number;
}

function refuse(reason: HeartbeatRejection): HeartbeatVerdict {
  return { ok: false, reason };
}

/**
 * HMAC-SHA-256 by two digests at one go (RFC 2104): objects of `createHmac` cost the garbage collector more than the
 * signature costs itself, at hundreds a second.
 */
class Signer {
  /** The padded key, and behind it what is to be signed. */
  readonly #inner = Buffer.alloc(BLOCK_BYTES + HEARTBEAT_BYTES_MAX, INNER_PAD);
  readonly #outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES, OUTER_PAD);

  constructor(key: Buffer) {
    const short = key.length > BLOCK_BYTES ? hash("sha256", key, "buffer") : key;
    for (const [i, byte] of short.entries()) {
      this.#inner[i] = byte ^ INNER_PAD;
      this.#outer[i] = byte ^ OUTER_PAD;
    }
  }

  /** At most `HEARTBEAT_BYTES_MAX` bytes. */
  macOf(bytes: Uint8Array): Uint8Array {
    this.#inner.set(bytes, BLOCK_BYTES);
    const inner = hash("sha256", this.#inner.subarray(0, BLOCK_BYTES + bytes.length), "buffer");
    this.#outer.set(inner, BLOCK_BYTES);
    return hash("sha256", this.#outer, "buffer").subarray(0, MAC_BYTES);
  }
}

function readKeys(keys: readonly HeartbeatKey[]): Map<number, Signer> {
  const read = keys.map(({ id, key }) => ({ id, secret: Buffer.from(key, "base64") }));
  const weak = read.find(({ secret }) => secret.length < KEY_BYTES_MIN);
  if (weak)
    throw new RangeError(
      `Heartbeat key ${weak.id} has ${weak.secret.length} bytes; make one of at least 16.`,
    );
  return new Map(read.map(({ id, secret }) => [id, new Signer(secret)]));
}

function readHeader(bytes: Uint8Array): Header | HeartbeatRejection {
  if (bytes.length < HEADER_BYTES + MAC_BYTES) return "too-short";
  if (bytes.length > HEARTBEAT_BYTES_MAX) return "too-long";
  const input = new Reader(bytes);
  if (input.u32() !== MAGIC) return "not-a-heartbeat";
  if (input.u8() !== VERSION) return "wrong-version";
  const [type, hostId, reserved] = [input.u8(), input.u8(), input.u8()];
  const [keyId, incarnation, seq, sentAtMs] = [input.u32(), input.u48(), input.u32(), input.u48()];
  if (reserved !== 0 || hostId < 1 || hostId > 32) return "malformed";
  return { type, hostId, keyId, incarnation, seq, sentAtMs };
}

function writeBody(message: WlbsMessage): Uint8Array {
  switch (message.kind) {
    case "beat":
      return writeBeat(message);
    case "layout":
      return writeLayout(message);
    case "table":
      return writeTable(message);
    case "drains":
      return writeDrains(message);
    case "exceptions":
      return writeExceptions(message);
  }
}

/** Signs, packs, and takes apart the heartbeats of one cluster; remembers what it has seen, for replays. */
export class HeartbeatCodec {
  #keys: Map<number, Signer>;
  readonly #guard = new ReplayGuard();
  readonly #sayings = new Sayings({
    fixedBytes: FIXED_BYTES,
    headerBytes: HEADER_BYTES,
    hostIdAt: HOST_ID_AT,
  });
  readonly #maxAgeMs: number;

  /** `keys`: newest first, the first one signs, all are accepted. Throws RangeError for a key under 16 bytes. */
  constructor(options: { keys: readonly HeartbeatKey[]; maxAgeMs?: number }) {
    this.#keys = readKeys(options.keys);
    this.#maxAgeMs = options.maxAgeMs ?? MAX_AGE_MS;
  }

  /** Rotates keys without a gap: give old and new to all hosts (new last), then new first, then new alone. */
  setKeys(keys: readonly HeartbeatKey[]): void {
    this.#keys = readKeys(keys);
  }

  /** One datagram. `wallMs` is the wall clock. Throws Error without a key, RangeError for an overlong name. */
  encode(message: WlbsMessage, wallMs: number): Uint8Array {
    const signer = this.#keys.entries().next();
    if (signer.done)
      throw new Error("The cluster has no heartbeat key; apply its policy again to deliver one.");
    const [keyId, secret] = signer.value;
    const header = new Writer().u32(MAGIC).u8(VERSION).u8(TYPE[message.kind]).u8(message.hostId).u8(0);
    header.u32(keyId).u48(message.incarnation).u32(message.seq).u48(Math.floor(wallMs));
    const signed = header.raw(writeBody(message)).done();
    return Buffer.concat([signed, secret.macOf(signed)]);
  }

  /**
   * Never throws, whatever the bytes. The signature is checked before anything of the body is looked at. `reader`: host ID of who
   * reads it; of what a beat acknowledges to other hosts only these are right then, not the numbers (they are read
   * once while the beats repeat each other). 0 = everything is read.
   */
  decode(bytes: Uint8Array, wallMs: number, reader = 0): HeartbeatVerdict {
    const header = readHeader(bytes);
    if (typeof header === "string") return refuse(header);
    const secret = this.#keys.get(header.keyId);
    if (!secret) return refuse("unknown-key");
    const signed = bytes.subarray(0, bytes.length - MAC_BYTES);
    if (!timingSafeEqual(secret.macOf(signed), bytes.subarray(bytes.length - MAC_BYTES))) {
      return refuse("bad-signature");
    }
    const skewMs = header.sentAtMs - wallMs;
    if (Math.abs(skewMs) > this.#maxAgeMs) return { ok: false, reason: "stale", skewMs };
    const message = this.#readBody(header, signed, reader);
    if (!message) return refuse("malformed");
    const arrival = this.#guard.accept(header, header.type === TYPE.beat);
    return arrival === "new" ? { ok: true, message } : refuse(arrival);
  }

  /**
   * Who sent this, if it only repeats what that host's last genuine beat said, but for number, time, which beats it acknowledges, and
   * signature; null otherwise. Nothing is verified: it tells what may wait for `decode`, never what is true.
   */
  repeatedBy(bytes: Uint8Array): MemberId | null {
    if (bytes.length < HEADER_BYTES + MAC_BYTES) return null;
    return this.#sayings.repeatedBy(bytes.subarray(0, bytes.length - MAC_BYTES));
  }

  #readBody(header: Header, signed: Uint8Array, reader: number): WlbsMessage | null {
    const { hostId, incarnation, seq } = header;
    const sender = { hostId, incarnation, seq };
    if (header.type === TYPE.beat) return this.#sayings.read(signed, sender, reader);
    const body = signed.subarray(HEADER_BYTES);
    if (header.type === TYPE.table) return readTable(body, sender);
    if (header.type === TYPE.layout) return readLayout(body, sender);
    if (header.type === TYPE.drains) return readDrains(body, sender);
    return header.type === TYPE.exceptions ? readExceptions(body, sender) : null;
  }
}
