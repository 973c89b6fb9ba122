/**
 * Reading and writing of the heartbeat's binary form. Big endian, every length checked: a reader that runs past
 * the end stays at the end and remembers it, so that no hostile datagram can throw or be half read.
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: false });

/** Names longer than this are cut off nowhere: they are refused when written. */
const TEXT_BYTES_MAX = 128;
const U32 = 0x1_0000_0000;

export class Writer {
  readonly #bytes: number[] = [];

  u8(value: number): this {
    this.#bytes.push(value & 0xff);
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
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }

  done(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

export class Reader {
  readonly #bytes: Buffer;
  #at: number;
  #overrun = false;

  /** `from`: where to begin. */
  constructor(bytes: Uint8Array, from = 0) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = from;
  }

  /** How many bytes have been read. */
  get at(): number {
    return this.#at;
  }

  u8(): number {
    return this.#take(1) ? this.#bytes.readUInt8(this.#at - 1) : 0;
  }

  u16(): number {
    return this.#take(2) ? this.#bytes.readUInt16BE(this.#at - 2) : 0;
  }

  u32(): number {
    return this.#take(4) ? this.#bytes.readUInt32BE(this.#at - 4) : 0;
  }

  u48(): number {
    return this.#take(6) ? this.#bytes.readUIntBE(this.#at - 6, 6) : 0;
  }

  text(): string {
    return decoder.decode(this.raw(this.u8()));
  }

  digest(): string {
    return this.#take(8) ? this.#bytes.toString("hex", this.#at - 8, this.#at) : "";
  }

  raw(length: number): Uint8Array {
    if (!this.#take(length)) return new Uint8Array(0);
    // A copy, also of a Buffer, whose own slice() would go on sharing the datagram's memory.
    return Uint8Array.from(this.#bytes.subarray(this.#at - length, this.#at));
  }

  /** True when everything was read and nothing is left over. */
  endedExactly(): boolean {
    return !this.#overrun && this.#at === this.#bytes.length;
  }

  /** Goes on by so many bytes; false, and to the end, where there are fewer. */
  #take(length: number): boolean {
    if (this.#at + length <= this.#bytes.length) {
      this.#at += length;
      return true;
    }
    this.#overrun = true;
    return false;
  }
}
