/**
 * A host at rest says the same in every beat, but for the number, the time and the acknowledgements. What it said last is
 * remembered by its bytes, so that a repetition costs a comparison and not a reading.
 */
import type { Beat } from "@bulkhead/core/wlbs";
import { type BeatSaying, readAcks, readSaying } from "./beat-body.ts";
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
  /** Datagram up to the acknowledgements. */
  bytes: Buffer;
  saying: BeatSaying;
}

export class Sayings {
  readonly #layout: Layout;
  /** By host ID, which the header has limited to 32. */
  readonly #said: (Said | undefined)[] = [];

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  /** The beat in the signed part of a genuine datagram; null when it is none. */
  read(signed: Uint8Array, sender: Sender): Beat | null {
    const known = this.#saidBy(signed);
    const input = new Reader(signed, known?.bytes.length ?? this.#layout.headerBytes);
    const saying = known?.saying ?? readSaying(input);
    const end = input.at;
    const acks = saying && readAcks(input);
    if (!saying || !acks) return null;
    if (!known) this.#said[sender.hostId] = { bytes: Buffer.from(signed.subarray(0, end)), saying };
    return { kind: "beat", ...sender, ...saying, acks };
  }

  #saidBy(datagram: Uint8Array): Said | null {
    const { fixedBytes, headerBytes, hostIdAt } = this.#layout;
    const said = this.#said[datagram[hostIdAt] ?? 0];
    const end = said?.bytes.length ?? 0;
    if (!said || datagram.length <= end) return null;
    const isSame = (from: number, to: number): boolean =>
      said.bytes.compare(datagram, from, to, from, to) === 0;
    return isSame(0, fixedBytes) && isSame(headerBytes, end) ? said : null;
  }
}
