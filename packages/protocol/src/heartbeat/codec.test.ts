/** Heartbeat datagrams: what goes in comes out, and nothing else comes in. */
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { type Beat, PART_BUCKETS, type TablePart, type WlbsMessage } from "@bulkhead/core/wlbs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { HEARTBEAT_BYTES_MAX, HeartbeatCodec } from "./codec.ts";

const KEY = { id: 7, key: Buffer.alloc(32, 7).toString("base64") };
const NEXT = { id: 8, key: Buffer.alloc(32, 8).toString("base64") };
const NOW = 1_790_000_000_000;
const codec = (...keys: (typeof KEY)[]) => new HeartbeatCodec({ keys });

const members = Array.from({ length: 32 }, (_, i) => ({ hostId: i + 1, incarnation: NOW + i }));
const fullBeat: Beat = {
  kind: "beat",
  cluster: "w".repeat(63),
  node: "n".repeat(63),
  hostId: 32,
  incarnation: NOW,
  seq: 4_294_967_295,
  stage: "member",
  draining: true,
  clear: false,
  policyDigest: "0123456789abcdef",
  ruleCount: 32,
  view: {
    epoch: { counter: 4_000_000_000, coordinator: 1 },
    members,
    defaultHost: 1,
    tableDigest: "fedcba9876543210",
    policyDigest: "00000000ffffffff",
    order: "commit",
  },
  phase: "released",
  acks: members.slice(1).map((member) => ({ ...member, seq: 4_000_000_000 })),
  ownedCount: 4096,
};
const lonelyBeat: Beat = {
  ...fullBeat,
  seq: 1,
  stage: "joining",
  draining: false,
  view: null,
  phase: null,
  acks: [],
};
const part: TablePart = {
  kind: "table",
  cluster: "w".repeat(63),
  hostId: 1,
  incarnation: NOW,
  seq: 5,
  epoch: { counter: 9, coordinator: 1 },
  tableDigest: "fedcba9876543210",
  part: 3,
  owners: Uint8Array.from({ length: PART_BUCKETS }, (_, i) => i % 33),
};

test.each<[string, WlbsMessage]>([
  ["a beat of a full cluster", fullBeat],
  ["a beat of a lonely host", lonelyBeat],
  ["a table part", part],
])("%s survives the way and fits a frame", (_, message) => {
  const bytes = codec(KEY).encode(message, NOW);
  expect(bytes.length).toBeLessThan(HEARTBEAT_BYTES_MAX);
  expect(codec(KEY).decode(bytes, NOW)).toEqual({ ok: true, message });
});

test("datagrams recorded from version 1 are still understood", () => {
  const hex = readFileSync(new URL("testdata/beat-v1.hex", import.meta.url), "utf8").trim();
  expect(codec(KEY).decode(Buffer.from(hex, "hex"), NOW)).toEqual({ ok: true, message: fullBeat });
});

test("keys rotate without a gap: the first signs, all are accepted", () => {
  const receiver = codec(KEY, NEXT);
  expect(receiver.decode(codec(KEY).encode(lonelyBeat, NOW), NOW).ok).toBe(true);
  expect(receiver.decode(codec(NEXT, KEY).encode({ ...lonelyBeat, seq: 2 }, NOW), NOW).ok).toBe(true);
  receiver.setKeys([NEXT]);
  const old = codec(KEY).encode({ ...lonelyBeat, seq: 3 }, NOW);
  expect(receiver.decode(old, NOW)).toEqual({ ok: false, reason: "unknown-key" });
});

test("the same key id with another secret is a bad signature", () => {
  const forger = codec({ id: KEY.id, key: NEXT.key });
  const verdict = codec(KEY).decode(forger.encode(lonelyBeat, NOW), NOW);
  expect(verdict).toEqual({ ok: false, reason: "bad-signature" });
});

test("a datagram counts once, late ones inside the window still count", () => {
  const receiver = codec(KEY);
  const at = (seq: number) => receiver.decode(codec(KEY).encode({ ...lonelyBeat, seq }, NOW), NOW).ok;
  expect([100, 98, 98, 100, 99, 37, 36, 200, 136, 137].map(at)).toEqual([
    true,
    true,
    false,
    false,
    true,
    true,
    false,
    true,
    false,
    true,
  ]);
});

test("a replay is refused for its age too, before or after its time", () => {
  const bytes = codec(KEY).encode(lonelyBeat, NOW);
  const ages = [-31_000, -29_000, 29_000, 31_000];
  expect(ages.map((age) => codec(KEY).decode(bytes, NOW + age).ok)).toEqual([false, true, true, false]);
  expect(codec(KEY).decode(bytes, NOW + 31_000)).toEqual({
    ok: false,
    reason: "stale",
    skewMs: -31_000,
  });
});

test("every single flipped bit is noticed", () => {
  const bytes = codec(KEY).encode(fullBeat, NOW);
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const bad = Uint8Array.from(bytes);
    bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(codec(KEY).decode(bad, NOW).ok).toBe(false);
  }
});

test("every truncation and every overlong datagram is refused", () => {
  const bytes = codec(KEY).encode(fullBeat, NOW);
  for (let length = 0; length < bytes.length; length += 1) {
    expect(codec(KEY).decode(bytes.subarray(0, length), NOW).ok).toBe(false);
  }
  const long = codec(KEY).decode(new Uint8Array(HEARTBEAT_BYTES_MAX + 1), NOW);
  expect(long).toEqual({ ok: false, reason: "too-long" });
});

/** Signed by somebody who has the key: the body must still be looked at with suspicion. */
function signed(body: Uint8Array, type: number): Uint8Array {
  const bytes = Buffer.from(codec(KEY).encode(lonelyBeat, NOW).subarray(0, 28));
  bytes[5] = type;
  const all = Buffer.concat([bytes, body]);
  const mac = createHmac("sha256", Buffer.from(KEY.key, "base64")).update(all).digest().subarray(0, 16);
  return Buffer.concat([all, mac]);
}

test("noise never throws, signed or not, and never becomes a message with an impossible host", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1250 }), fc.integer({ min: 0, max: 3 }), (noise, type) => {
      expect(codec(KEY).decode(noise, NOW).ok).toBe(false);
      const verdict = codec(KEY).decode(signed(noise, type), NOW);
      if (verdict.ok && verdict.message.kind === "table") {
        expect(Math.max(...verdict.message.owners)).toBeLessThanOrEqual(32);
      } else if (!verdict.ok) {
        expect(["malformed", "too-long"]).toContain(verdict.reason);
      }
    }),
    { numRuns: 500 },
  );
});

test("a whole body with one byte changed by a key holder is understood or refused, never half read", () => {
  const body = codec(KEY).encode(fullBeat, NOW).subarray(28, -16);
  for (let i = 0; i < body.length; i += 1) {
    const bad = Uint8Array.from(body);
    bad[i] = 255;
    const verdict = codec(KEY).decode(signed(bad, 1), NOW);
    if (verdict.ok && verdict.message.kind === "beat") {
      expect(verdict.message.acks.every((ack) => ack.hostId >= 1 && ack.hostId <= 32)).toBe(true);
      expect(verdict.message.view?.members.length).toBe(32);
    }
  }
});

test("a key under 16 bytes is refused with what to do", () => {
  const weak = { id: 1, key: Buffer.alloc(15).toString("base64") };
  expect(() => codec(weak)).toThrow("make one of at least 16");
});
