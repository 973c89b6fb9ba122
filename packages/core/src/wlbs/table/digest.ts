/**
 * Short digests by which hosts see that they mean the same table or policy. They are for agreement among hosts
 * that trust each other (every datagram is authenticated); they are no protection against anybody.
 */
import { jhash } from "../hash/jhash.ts";
import type { BucketTable } from "../types.ts";

/** Two independent 32 bit hashes make the 64 bits. The seeds are arbitrary and part of the wire format. */
const SEEDS = [0x7461626c, 0x64696765];

/** 16 hex digits. */
export function digestBytes(bytes: Uint8Array): string {
  return SEEDS.map((seed) => jhash(bytes, seed).toString(16).padStart(8, "0")).join("");
}

/** 16 hex digits of a text; its UTF-16 units are hashed, low byte first. */
export function digestText(text: string): string {
  const bytes = new Uint8Array(text.length * 2);
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    bytes[2 * i] = unit & 0xff;
    bytes[2 * i + 1] = unit >> 8;
  }
  return digestBytes(bytes);
}

/** Agreement digest of a bucket table. */
export function tableDigest(table: BucketTable): string {
  return digestBytes(table);
}
