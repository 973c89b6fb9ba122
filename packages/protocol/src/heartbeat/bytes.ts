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
  readonly #bytes: Uint8Array;
  #at = 0;
  #overrun = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  u8(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) this.#overrun = true;
    else this.#at += 1;
    return byte ?? 0;
  }

  u16(): number {
    return this.u8() * 256 + this.u8();
  }

  u32(): number {
    return this.u16() * 65536 + this.u16();
  }

  u48(): number {
    return this.u16() * U32 + this.u32();
  }

  text(): string {
    return decoder.decode(this.raw(this.u8()));
  }

  digest(): string {
    return [this.u32(), this.u32()].map((word) => word.toString(16).padStart(8, "0")).join("");
  }

  raw(length: number): Uint8Array {
    if (this.#at + length > this.#bytes.length) {
      this.#overrun = true;
      return new Uint8Array(0);
    }
    this.#at += length;
    // A copy, also of a Buffer, whose own slice() would go on sharing the datagram's memory.
    return Uint8Array.from(this.#bytes.subarray(this.#at - length, this.#at));
  }

  /** True when everything was read and nothing is left over. */
  endedExactly(): boolean {
    return !this.#overrun && this.#at === this.#bytes.length;
  }
}
