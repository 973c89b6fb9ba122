/**
 * Reading and writing of the heartbeat's binary form. Big endian, every length checked: a reader that runs past
 * the end stays at the end and remembers it, so that no hostile datagram can throw or be half read.
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: false });

/** Names longer than this are cut off nowhere: they are refused when written. */
const TEXT_BYTES_MAX = 128;
const U32 = 0x1_0000_0000;
/** A datagram, so that a writer rarely grows. */
const ROOM_BYTES = 1500;

export class Writer {
  #bytes = new Uint8Array(ROOM_BYTES);
  #length = 0;

  u8(value: number): this {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length] = value;
    this.#length += 1;
    return this;
  }

  u16(value: number): this {
    return this.u8(value >>> 8).u8(value);
  }

  u32(value: number): this {
    return this.u16(value >>> 16).u16(value & 0xffff);
  }

  /** Whole numbers up to 2^48 - 1. */
  u48(value: number): this {
    return this.u16(Math.floor(value / U32)).u32(value % U32);
  }

  /** Length byte and UTF-8. Throws RangeError above 128 bytes; names are checked long before. */
  text(value: string): this {
    const bytes = encoder.encode(value);
    if (bytes.length > TEXT_BYTES_MAX)
      throw new RangeError(`The name "${value}" is too long for a heartbeat.`);
    return this.u8(bytes.length).raw(bytes);
  }

  /** 16 hex digits. */
  digest(hex: string): this {
    return this.u32(Number.parseInt(hex.slice(0, 8), 16)).u32(Number.parseInt(hex.slice(8), 16));
  }

  raw(bytes: Uint8Array): this {
    if (this.#length + bytes.length > this.#bytes.length) this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  /** What has been written; nothing may be written after it. */
  done(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #grow(by: number): void {
    const larger = new Uint8Array(2 * this.#bytes.length + by);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

export class Reader {
  readonly #bytes: Uint8Array;
  #at: number;
  #overrun = false;

  /** `from`: where to begin. */
  constructor(bytes: Uint8Array, from = 0) {
    this.#bytes = bytes;
    this.#at = from;
  }

  /** How many bytes have been read. */
  get at(): number {
    return this.#at;
  }

  u8(): number {
    return this.#number(1);
  }

  u16(): number {
    return this.#number(2);
  }

  u32(): number {
    return this.#number(4);
  }

  u48(): number {
    return this.#number(6);
  }

  text(): string {
    return decoder.decode(this.raw(this.u8()));
  }

  digest(): string {
    const half = (): string => this.u32().toString(16).padStart(8, "0");
    return half() + half();
  }

  /** A copy: nothing that is kept shares the datagram's memory. */
  raw(length: number): Uint8Array {
    return this.#take(length)
      ? Uint8Array.from(this.#bytes.subarray(this.#at - length, this.#at))
      : new Uint8Array(0);
  }

  /** True when everything was read and nothing is left over. */
  endedExactly(): boolean {
    return !this.#overrun && this.#at === this.#bytes.length;
  }

  /** Of so many bytes, at most six; 0 where there are fewer. */
  #number(length: number): number {
    if (!this.#take(length)) return 0;
    let value = 0;
    for (let at = this.#at - length; at < this.#at; at += 1) value = value * 0x100 + (this.#bytes[at] ?? 0);
    return value;
  }

  /** Goes on by so many bytes; false where there are fewer. */
  #take(length: number): boolean {
    if (this.#at + length <= this.#bytes.length) {
      this.#at += length;
      return true;
    }
    this.#overrun = true;
    return false;
  }
}
