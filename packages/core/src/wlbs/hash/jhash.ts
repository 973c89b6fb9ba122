/**
 * Bob Jenkins' lookup3 hash as the Linux kernel's `jhash()` computes it, because the data plane is nftables'
 * `jhash` expression: the agent must be able to say which bucket the kernel will choose. Proven bucket by bucket
 * against a running kernel; the vectors are in `testdata/kernel-vectors.json`.
 */

/** lookup3's arbitrary start value. */
const JHASH_START = 0xdeadbeef;

type Triple = [a: number, b: number, c: number];

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** lookup3 "mix": folds one full block of 12 bytes into the state, reversibly. */
function mix(state: Triple): void {
  let [a, b, c] = state;
  a = (a - c) ^ rotateLeft(c, 4);
  c = (c + b) | 0;
  b = (b - a) ^ rotateLeft(a, 6);
  a = (a + c) | 0;
  c = (c - b) ^ rotateLeft(b, 8);
  b = (b + a) | 0;
  a = (a - c) ^ rotateLeft(c, 16);
  c = (c + b) | 0;
  b = (b - a) ^ rotateLeft(a, 19);
  a = (a + c) | 0;
  c = (c - b) ^ rotateLeft(b, 4);
  b = (b + a) | 0;
  state[0] = a;
  state[1] = b;
  state[2] = c;
}

/** lookup3 "final": makes every state bit count in the result. */
function finish([a, b, c]: Triple): number {
  c = (c ^ b) - rotateLeft(b, 14);
  a = (a ^ c) - rotateLeft(c, 11);
  b = (b ^ a) - rotateLeft(a, 25);
  c = (c ^ b) - rotateLeft(b, 16);
  a = (a ^ c) - rotateLeft(c, 4);
  b = (b ^ a) - rotateLeft(a, 14);
  c = (c ^ b) - rotateLeft(b, 24);
  return c >>> 0;
}

/** Adds up to 12 bytes, little endian, as three words; missing bytes count as zero. */
function add(state: Triple, bytes: Uint8Array, offset: number): void {
  for (let i = 0; i < 12 && offset + i < bytes.length; i += 1) {
    const word = i < 4 ? 0 : i < 8 ? 1 : 2;
    state[word] = (state[word] + ((bytes[offset + i] ?? 0) << (8 * (i & 3)))) | 0;
  }
}

/** 32 bit unsigned hash of `bytes` under `seed` (32 bit unsigned). */
export function jhash(bytes: Uint8Array, seed: number): number {
  const start = (JHASH_START + bytes.length + seed) | 0;
  const state: Triple = [start, start, start];
  let offset = 0;
  // The last block, even when it is full, goes through `finish`; only the ones before it are mixed.
  for (; bytes.length - offset > 12; offset += 12) {
    add(state, bytes, offset);
    mix(state);
  }
  if (bytes.length === 0) return state[2] >>> 0;
  add(state, bytes, offset);
  return finish(state);
}

/** The kernel's reciprocal_scale(): maps a 32 bit hash to 0 .. count-1 by its high bits, without a division. */
export function reciprocalScale(hash: number, count: number): number {
  return Math.floor((hash * count) / 0x1_0000_0000);
}
