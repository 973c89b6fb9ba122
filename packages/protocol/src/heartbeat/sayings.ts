/**
 * A host at rest says the same in every beat, but for the number, the time and the acknowledgements. What it said last is
 * remembered by its bytes, so that a repetition costs a comparison and not a reading.
 */
import type { Beat, MemberId } from "@bulkhead/core/wlbs";
import { ACK_BYTES, ACK_MEMBER_BYTES, type BeatSaying, readAck, readAcks, readSaying } from "./beat-body.ts";
import { Reader } from "./bytes.ts";
import type { Sender } from "./words.ts";

/** Where the parts of a datagram lie. */
export interface Layout {
  /** Bytes of the header before number and time: what they say is the same in every beat of one life. */
  fixedBytes: number;
  headerBytes: number;
  /** Offset of the host ID. */
  hostIdAt: number;
}

interface Said {
  /** As it was read last. */
  beat: Beat;
  /** Datagram up to the acknowledgements. */
  bytes: Buffer;
  /** Its acknowledgements with their number. */
  acksBytes: Buffer;
}

export class Sayings {
  readonly #layout: Layout;
  /** By host ID, which the header has limited to 32. */
  readonly #said: (Said | undefined)[] = [];

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  /**
   * The beat in the signed part of a genuine datagram; null when it is none. `reader`: host ID of who reads it; to
   * other hosts older beats may be acknowledged in it than in the datagram, which is none of the reader's business. 0 = nobody.
   */
  read(signed: Uint8Array, sender: Sender, reader = 0): Beat | null {
    const known = this.#saidBy(signed);
    if (known && reader > 0 && acknowledgesSame(known, signed))
      return { ...known.beat, seq: sender.seq, acks: acksFor(reader, known, signed) };
    const input = new Reader(signed, known?.bytes.length ?? this.#layout.headerBytes);
    const saying: BeatSaying | null = known?.beat ?? readSaying(input);
    const end = input.at;
    const acks = saying && readAcks(input);
    if (!saying || !acks) return null;
    const bytes = known?.bytes ?? Buffer.from(signed.subarray(0, end));
    const acksBytes = Buffer.from(signed.subarray(end));
    const beat: Beat = { ...saying, kind: "beat", ...sender, acks };
    this.#said[sender.hostId] = { beat, bytes, acksBytes };
    return beat;
  }

  /**
   * Who sent this, if it says the same as that host's last genuine beat and acknowledges the same hosts; null otherwise. Nothing
   * is verified here, so it is only good for leaving it unread for a while. `signed`: without the signature.
   */
  repeatedBy(signed: Uint8Array): MemberId | null {
    const said = this.#saidBy(signed);
    if (!said || !acknowledgesSame(said, signed)) return null;
    const { hostId, incarnation } = said.beat;
    return { hostId, incarnation };
  }

  #saidBy(datagram: Uint8Array): Said | null {
    const { fixedBytes, headerBytes, hostIdAt } = this.#layout;
    const said = this.#said[datagram[hostIdAt] ?? 0];
    const end = said?.bytes.length ?? 0;
    if (!said || datagram.length <= end) return null;
    // Few bytes: a loop is quicker than a call.
    for (let i = 0; i < fixedBytes; i += 1) if (said.bytes[i] !== datagram[i]) return null;
    return said.bytes.compare(datagram, headerBytes, end, headerBytes, end) === 0 ? said : null;
  }
}

/** The same number of the same lives of hosts, whatever beats of theirs. */
function acknowledgesSame({ bytes, acksBytes }: Said, datagram: Uint8Array): boolean {
  const at = bytes.length;
  if (datagram.length !== at + acksBytes.length || acksBytes[0] !== datagram[at]) return false;
  for (let ack = 1; ack < acksBytes.length; ack += ACK_BYTES)
    for (let i = ack; i < ack + ACK_MEMBER_BYTES; i += 1) if (acksBytes[i] !== datagram[at + i]) return false;
  return true;
}

/** The acknowledgements that were read last, with what is for the reader as it is now. */
function acksFor(reader: number, { bytes, beat }: Said, datagram: Uint8Array): Beat["acks"] {
  const acks = beat.acks.slice();
  for (let i = 0; i < acks.length; i += 1)
    if (acks[i]?.hostId === reader) acks[i] = readAck(new Reader(datagram, bytes.length + 1 + i * ACK_BYTES));
  return acks;
}
