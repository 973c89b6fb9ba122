/** Beats that say again what was said before: told from others, and read in a shorter way. */
import type { Beat } from "@bulkhead/core/wlbs";
import { expect, test } from "vitest";
import { HeartbeatCodec } from "./codec.ts";

const KEY = { id: 7, key: Buffer.alloc(32, 7).toString("base64") };
const NEXT = { id: 8, key: Buffer.alloc(32, 8).toString("base64") };
const NOW = 1_790_000_000_000;
const codec = (...keys: (typeof KEY)[]) => new HeartbeatCodec({ keys });

const members = [1, 2, 3].map((hostId) => ({ hostId, incarnation: NOW + hostId }));
const beat: Beat = {
  kind: "beat",
  cluster: "web",
  node: "web-4",
  hostId: 4,
  incarnation: NOW,
  seq: 1,
  mac: "02:00:5e:10:00:ff",
  stage: "member",
  draining: false,
  clear: false,
  ready: true,
  linkUp: true,
  policyDigest: "0123456789abcdef",
  ruleCount: 1,
  closed: 0,
  failing: 0,
  exceptions: 0,
  view: {
    epoch: { counter: 4, coordinator: 1 },
    members,
    defaultHost: 1,
    tableDigest: "fedcba9876543210",
    policyDigest: "00000000ffffffff",
    order: "stable",
    cause: "new-member",
    initiator: 4,
    electorate: null,
  },
  phase: "applied",
  acks: members.map((member) => ({ ...member, seq: 5 })),
};

test("a beat that only repeats the one before is told from any other before it is read", () => {
  const receiver = codec(KEY, NEXT);
  const send = (change: Partial<Beat>, at = NOW) => codec(KEY).encode({ ...beat, ...change }, at);
  const sender = { hostId: beat.hostId, incarnation: beat.incarnation };
  const later = beat.acks.map((ack) => ({ ...ack, seq: ack.seq + 1 }));
  const repetition = send({ seq: 2, acks: later }, NOW + 100);
  expect(receiver.repeatedBy(repetition)).toBeNull();
  receiver.decode(send({ seq: 1 }), NOW);
  expect(receiver.repeatedBy(repetition)).toEqual(sender);
  const others: Partial<Beat>[] = [
    { acks: later.slice(1) },
    { acks: later.map((ack, i) => (i === 1 ? { ...ack, incarnation: 1 } : ack)) },
    { draining: true },
    { incarnation: NOW + 1 },
    { hostId: 31 },
    { failing: 1 },
    { view: null, stage: "joining" },
  ];
  for (const change of others) expect(receiver.repeatedBy(send({ seq: 2, ...change }))).toBeNull();
  expect(receiver.repeatedBy(codec(NEXT).encode({ ...beat, seq: 2 }, NOW))).toBeNull();
  for (const length of [0, 20, 43, 44, 60, repetition.length - 1])
    expect(receiver.repeatedBy(repetition.subarray(0, length))).toBeNull();
  receiver.decode(send({ seq: 3, draining: true }), NOW);
  expect(receiver.repeatedBy(repetition)).toBeNull();
});

test("a forged repetition looks like one, and is refused when it is read", () => {
  const receiver = codec(KEY);
  receiver.decode(codec(KEY).encode({ ...beat, seq: 1 }, NOW), NOW);
  const forged = codec({ ...NEXT, id: KEY.id }).encode({ ...beat, seq: 2 }, NOW);
  expect(receiver.repeatedBy(forged)).toMatchObject({ hostId: beat.hostId });
  expect(receiver.decode(forged, NOW)).toEqual({ ok: false, reason: "bad-signature" });
});

test("what a repetition acknowledges to its reader is read, in both lives of that host", () => {
  const receiver = codec(KEY);
  const acks = (seq: number) => [
    { hostId: 2, incarnation: NOW, seq },
    { hostId: 3, incarnation: NOW + 1, seq: seq + 1 },
    { hostId: 3, incarnation: NOW + 2, seq: seq + 2 },
  ];
  const read = (seq: number, reader: number) => {
    const verdict = receiver.decode(codec(KEY).encode({ ...beat, seq, acks: acks(seq) }, NOW), NOW, reader);
    return verdict.ok && verdict.message.kind === "beat" ? verdict.message.acks : null;
  };
  expect(read(10, 3)).toEqual(acks(10));
  expect(read(20, 3)).toEqual([acks(10)[0], ...acks(20).slice(1)]);
  expect(read(30, 0)).toEqual(acks(30));
  expect(read(40, 9)).toEqual(acks(30));
});
