/** The bucket hash against what a Linux 6.18 kernel (nftables 1.0.6) answered for the same packets. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Affinity } from "../types.ts";
import { bucketOf } from "./bucket.ts";
import { jhash } from "./jhash.ts";

interface Vector {
  affinity: Affinity;
  address: string;
  port: number;
  seed: number;
  bucket: number;
}

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`testdata/${name}.json`, import.meta.url), "utf8")) as Vector[];

test.each(["kernel-vectors", "kernel-vectors-ipv6"])("%s are met, in all three affinities", (name) => {
  const vectors = read(name);
  const wrong = vectors.filter(
    (v) => bucketOf(v.affinity, { address: v.address, port: v.port }, v.seed) !== v.bucket,
  );
  expect(wrong).toEqual([]);
  expect(new Set(vectors.map((v) => v.affinity))).toEqual(new Set(["none", "single", "network"]));
});

test("clients of one /24 share a bucket under network affinity, and one client its ports under single", () => {
  const at = (affinity: Affinity, address: string, port: number) => bucketOf(affinity, { address, port }, 7);
  expect(at("network", "192.0.2.1", 1)).toBe(at("network", "192.0.2.254", 2));
  expect(at("single", "192.0.2.1", 1)).toBe(at("single", "192.0.2.1", 2));
  expect(at("none", "192.0.2.1", 1)).not.toBe(at("none", "192.0.2.1", 2));
});

test("lookup3 treats lengths around its block size apart", () => {
  const hashes = Array.from({ length: 40 }, (_, n) => jhash(new Uint8Array(n), 1));
  expect(new Set(hashes).size).toBe(40);
});

test("clients of one /64 share a bucket under network affinity, however their addresses are written", () => {
  const at = (affinity: Affinity, address: string, port: number) => bucketOf(affinity, { address, port }, 7);
  expect(at("network", "fd77::1", 1)).toBe(at("network", "fd77::ffff:1:2:3", 2));
  expect(at("network", "fd77:0:0:1::1", 1)).not.toBe(at("network", "fd77::1", 1));
  expect(at("single", "fd77::1", 1)).toBe(at("single", "FD77:0:0:0:0:0:0:1", 2));
  expect(at("none", "fd77::1", 1)).not.toBe(at("none", "fd77::1", 2));
});

test.each(["1.2.3", "1.2.3.256", "fd77::1::2", "fd77", "1.2.3.4.5", ""])("%j is no client", (address) => {
  expect(() => bucketOf("single", { address, port: 1 }, 1)).toThrow(RangeError);
});
