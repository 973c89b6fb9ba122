/** Which datagrams the lane leaves unread, and in which order they are read. */
import { type Heard, type MemberId, samplePolicy } from "@bulkhead/core/wlbs";
import { createFakeSegment } from "@bulkhead/net";
import { HeartbeatCodec } from "@bulkhead/protocol";
import { silentLogger } from "@bulkhead/runtime";
import { expect, test } from "vitest";
import { memberOf } from "../member.ts";
import { TestClock } from "../testing/test-clock.ts";
import { BeatLane } from "./beat-lane.ts";

const keys = [{ id: 1, key: Buffer.alloc(32, 1).toString("base64") }];
const policy = samplePolicy(2);

/** What a host says that owns nothing. */
const silent = {
  kind: "beat",
  node: "web-2",
  mac: null,
  stage: "joining",
  clear: true,
  ready: true,
  linkUp: true,
  policyDigest: "0123456789abcdef",
  ruleCount: 1,
  closed: 0,
  failing: 0,
  exceptions: 0,
  view: null,
  phase: null,
} as const;

/** A lane of web-1 whose machine is at rest, and the other host's cable. */
async function bench() {
  const [clock, segment, codec] = [new TestClock(), createFakeSegment(), new HeartbeatCodec({ keys })];
  const read: Heard[] = [];
  const machine = {
    isAtRest: true,
    isWithUs: () => true,
    kept: [] as { sender: MemberId; readAt: number }[],
    now: () => clock.monotonicMs(),
    mayKeep: () => machine.isAtRest,
    keep: (senders: readonly MemberId[], readAt: number) =>
      void machine.kept.push(...senders.map((sender) => ({ sender, readAt }))),
  };
  let rests = 0;
  const lane = new BeatLane({
    openBeats: segment.open,
    clock,
    log: silentLogger,
    machine,
    onMessages: (heard) => void read.push(...heard),
    onKept: () => void (rests += 1),
  });
  lane.useKeys(keys);
  await lane.moveTo(policy, memberOf(policy, "web-1"));
  const { heartbeatGroup: group, heartbeatPort: port, cluster } = policy;
  const other = await segment.open({ group, port, address: "192.0.2.2", onDatagram() {}, onBroken() {} });
  const sender = { hostId: 2, incarnation: 7 };
  const beat = (seq: number, draining = false) =>
    codec.encode({ ...silent, cluster, ...sender, seq, draining, acks: [] }, clock.nowMs());
  const come = async (...datagrams: Uint8Array[]): Promise<void> => {
    clock.jump(10);
    for (const bytes of datagrams) other.send(bytes);
    await new Promise((resolve) => setImmediate(resolve));
  };
  const seqs = () => read.splice(0).map(({ message, heardAt }) => [message.seq, heardAt]);
  return { lane, machine, clock, sender, beat, come, seqs, rests: () => rests };
}

test("repetitions wait, with the time at which they came; what is new brings them with it, in their order", async () => {
  const { lane, machine, clock, sender, beat, come, seqs, rests } = await bench();
  const start = clock.monotonicMs();
  await come(beat(1));
  expect(seqs()).toEqual([[1, start + 10]]);
  await come(beat(2));
  await come(beat(3), beat(4));
  expect([seqs(), rests(), lane.isKeeping]).toEqual([[], 2, true]);
  expect(machine.kept).toEqual([20, 30, 30].map((after) => ({ sender, readAt: start + after })));
  await come(beat(5, true));
  const inOrder = [20, 30, 30, 40].map((after, index) => [index + 2, start + after]);
  expect([seqs(), lane.isKeeping]).toEqual([inOrder, false]);
});

test("nothing waits when the machine has something to do, or the sender is not with us", async () => {
  const { machine, beat, come, seqs } = await bench();
  await come(beat(1));
  machine.isAtRest = false;
  await come(beat(2));
  machine.isAtRest = true;
  machine.isWithUs = () => false;
  await come(beat(3));
  expect(seqs().map(([seq]) => seq)).toEqual([1, 2, 3]);
});

test("forged and replayed repetitions are refused and counted when they are read", async () => {
  const { lane, beat, come, seqs } = await bench();
  await come(beat(1));
  const forged = Buffer.from(beat(2));
  forged[20] = 99;
  await come(forged, beat(3), beat(3));
  expect(lane.rejections.counts()).toEqual({});
  expect(lane.takeKept().map(({ message }) => message.seq)).toEqual([3]);
  expect(lane.rejections.counts()).toEqual({ "bad-signature": 1, replayed: 1 });
  expect([seqs().length, lane.isKeeping]).toEqual([1, false]);
});

test("a flood of repetitions does not pile up", async () => {
  const { lane, beat, come, seqs } = await bench();
  await come(beat(1));
  for (let seq = 2; seq <= 200; seq += 1) await come(beat(seq));
  expect(seqs().length).toBeGreaterThan(100);
  expect(lane.takeKept().length).toBeLessThan(100);
});
