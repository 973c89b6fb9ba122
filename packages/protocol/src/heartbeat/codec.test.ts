/** Heartbeat datagrams: what goes in comes out, and nothing else comes in. */
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  type Beat,
  type Drains,
  type Exceptions,
  PAGE_CLIENTS,
  PART_BUCKETS,
  type TableLayout,
  type TablePart,
  type WlbsMessage,
} from "@bulkhead/core/wlbs";
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
  mac: "02:00:5e:10:00:ff",
  stage: "member",
  draining: true,
  clear: false,
  ready: true,
  linkUp: true,
  policyDigest: "0123456789abcdef",
  ruleCount: 32,
  closed: 0x8000_0001,
  failing: 0xffff_ffff,
  exceptions: 4_000_000_000,
  view: {
    epoch: { counter: 4_000_000_000, coordinator: 1 },
    members,
    defaultHost: 1,
    tableDigest: "fedcba9876543210",
    policyDigest: "00000000ffffffff",
    order: "commit",
    cause: "rule-state",
    initiator: 32,
    electorate: {
      lineage: NOW,
      epoch: { counter: 3, coordinator: 0 },
      voters: [1, 2, 31, 32],
      absent: [3, 30],
    },
  },
  phase: "released",
  acks: members.slice(1).map((member) => ({ ...member, seq: 4_000_000_000 })),
};
const lonelyBeat: Beat = {
  ...fullBeat,
  seq: 1,
  mac: null,
  stage: "joining",
  draining: false,
  ready: false,
  linkUp: false,
  closed: 0,
  failing: 0,
  view: null,
  phase: null,
  acks: [],
};
const envelope = { cluster: "w".repeat(63), hostId: 1, incarnation: NOW, seq: 5 };
const ofEpoch = { epoch: { counter: 9, coordinator: 1 }, tableDigest: "fedcba9876543210" };
const layout: TableLayout = {
  kind: "layout",
  ...envelope,
  ...ofEpoch,
  slots: Array.from({ length: 32 }, (_, slot) => (slot === 7 ? null : slot % 3)),
  uniform: [null, 32, 0],
};
const page = { slotsDigest: "00000000ffffffff", version: 7, page: 2, pages: 3 };
const drains: Drains = {
  kind: "drains",
  ...envelope,
  ...page,
  slots: 0xffff_ffff,
  bitmap: new Uint8Array(512).fill(0xa5),
};
const exceptions: Exceptions = {
  kind: "exceptions",
  ...envelope,
  ...page,
  slot: 31,
  clients: Array.from({ length: PAGE_CLIENTS }, (_, i) =>
    i % 7 === 0 ? `192.0.2.${i}` : `2001:db8:0:${i.toString(16)}::1`,
  ),
};
const noDrains: Drains = { ...drains, page: 0, pages: 1, slots: 0, bitmap: new Uint8Array(0) };
const part: TablePart = {
  kind: "table",
  ...envelope,
  ...ofEpoch,
  table: 31,
  part: 3,
  owners: Uint8Array.from({ length: PART_BUCKETS }, (_, i) => i % 33),
};

const ofFormed: Beat["view"] = fullBeat.view && { ...fullBeat.view, electorate: null };

test.each<[string, WlbsMessage]>([
  ["a beat of a full cluster", fullBeat],
  ["a beat of a lonely host", lonelyBeat],
  ["a beat without a mac, in a cluster formed anew", { ...fullBeat, mac: null, view: ofFormed }],
  ["a layout", layout],
  ["a table part", part],
  ["a page of drains", drains],
  ["the end of a drain", noDrains],
  ["a page of exceptions", exceptions],
])("%s survives the way and fits a frame", (_, message) => {
  const bytes = codec(KEY).encode(message, NOW);
  expect(bytes.length).toBeLessThan(HEARTBEAT_BYTES_MAX);
  expect(codec(KEY).decode(bytes, NOW)).toEqual({ ok: true, message });
});

const recorded = (name: string) =>
  Buffer.from(readFileSync(new URL(`testdata/${name}.hex`, import.meta.url), "utf8").trim(), "hex");

test("a beat recorded from version 2 is still understood", () => {
  expect(codec(KEY).decode(recorded("beat-v2"), NOW)).toEqual({ ok: true, message: fullBeat });
});

test("hosts of version 1, which had one table for all rules, are told apart", () => {
  expect(codec(KEY).decode(recorded("beat-v1"), NOW)).toEqual({ ok: false, reason: "wrong-version" });
});

test.each<[string, WlbsMessage]>([
  ["a layout that names a table it has not", { ...layout, uniform: [null] }],
  ["a page beyond the last", { ...drains, page: 3 }],
  ["more pages of drains than there are slots", { ...drains, pages: 33 }],
  ["exceptions of a slot that cannot be", { ...exceptions, slot: 32 }],
])("%s is refused", (_, message) => {
  const verdict = codec(KEY).decode(codec(KEY).encode(message, NOW), NOW);
  expect(verdict).toEqual({ ok: false, reason: "malformed" });
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

/** What becomes of a sender's datagrams. */
function fates(of: (seq: number) => WlbsMessage, numbers: readonly number[]): string[] {
  const receiver = codec(KEY);
  return numbers.map((seq) => {
    const verdict = receiver.decode(codec(KEY).encode(of(seq), NOW), NOW);
    return verdict.ok ? "taken" : verdict.reason;
  });
}

test("a datagram counts once, late ones inside the window still count", () => {
  const late = fates((seq) => ({ ...drains, seq }), [100, 98, 98, 100, 99, 37, 36, 200, 136, 137]);
  const [taken, replayed] = ["taken", "replayed"];
  expect(late).toEqual([taken, taken, replayed, replayed, taken, taken, replayed, taken, replayed, taken]);
});

test("a beat that a newer one has overtaken is told from one that comes again", () => {
  const of = (seq: number) => ({ ...lonelyBeat, seq });
  expect(fates(of, [100, 98, 98, 20])).toEqual(["taken", "reordered", "replayed", "replayed"]);
});

test("a beat that only something else has overtaken is taken", () => {
  const late = fates((seq) => ({ ...(seq === 101 ? drains : lonelyBeat), seq }), [99, 101, 100]);
  expect(late).toEqual(["taken", "taken", "taken"]);
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
    fc.property(fc.uint8Array({ maxLength: 1250 }), fc.integer({ min: 0, max: 6 }), (noise, type) => {
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
  expect(() => codec({ id: 1, key: Buffer.alloc(15).toString("base64") })).toThrow("make one of at least 16");
});

test("a beat that says the same again comes out as it went in, and so does one that says something else", () => {
  const receiver = codec(KEY, NEXT);
  const changes: Partial<Beat>[] = [
    {},
    { acks: fullBeat.acks.slice(3) },
    { draining: false },
    { incarnation: NOW + 1 },
    { hostId: 31 },
    { failing: 1 },
    { view: ofFormed },
    { phase: "applied" },
    { acks: [] },
    {},
  ];
  for (const [index, change] of changes.entries()) {
    const message = { ...fullBeat, ...change, seq: index + 1 };
    const bytes = codec(index === 4 ? NEXT : KEY).encode(message, NOW + index);
    expect(receiver.decode(bytes, NOW)).toEqual({ ok: true, message });
    const cut = Buffer.concat([bytes.subarray(0, 60), bytes.subarray(-16)]);
    expect(receiver.decode(cut, NOW)).toMatchObject({ ok: false });
  }
});

test("whatever the order, a number is taken once and none that is too old, and no beat after a newer one", () => {
  const numbers = fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 200 });
  fc.assert(
    fc.property(numbers, fc.boolean(), fc.boolean(), (seqs, isRising, areBeats) => {
      const receiver = codec(KEY);
      const taken = new Set<number>();
      for (const seq of isRising ? seqs.toSorted((a, b) => a - b + (b % 7)) : seqs) {
        const newest = Math.max(0, ...taken);
        const isNew = !taken.has(seq) && seq > newest - 64;
        const message = { ...(areBeats ? lonelyBeat : drains), seq };
        const verdict = receiver.decode(codec(KEY).encode(message, NOW), NOW);
        expect(verdict.ok).toBe(isNew && (!areBeats || seq > newest));
        if (isNew) taken.add(seq);
      }
    }),
    { numRuns: 60 },
  );
});
