/** What may wait at rest, until when, and that nothing is lost by it. */
import { expect, test } from "vitest";
import { samplePolicy } from "../sample.ts";
import type { Heard } from "./events.ts";
import type { Beat } from "./messages.ts";
import { Rest } from "./rest.ts";
import { memberKey, self, timing, type WlbsState } from "./state.ts";
import { step } from "./step.ts";
import { Machines } from "./testing/machines.ts";

const others = ["web-2", "web-3"];

/** web-1 of three just after its own beat, `sinceBeatMs` ago, and who the others are. */
function atRest(sinceBeatMs = 0) {
  const lab = new Machines(samplePolicy(3)).boot();
  const one = lab.host("web-1");
  const beats = one.state.seq;
  while (one.state.seq === beats) lab.run(1);
  const state = one.state;
  const members = others.map((node) => self(lab.host(node).state));
  return { state, now: lab.now + sinceBeatMs, members, ...timing(state) };
}

function peerOf(s: WlbsState, index: number) {
  const { members } = atRest();
  const member = members[index];
  const peer = member && s.peers.get(memberKey(member));
  if (!peer) throw new Error("there is no such peer");
  return peer;
}

/** The next beat of a peer, which says nothing new. */
function repetition(s: WlbsState, index: number, heardAt: number): Heard {
  const { beat } = peerOf(s, index);
  const acks = beat.acks.map((ack) => ({ ...ack, seq: ack.seq + 1 }));
  const message: Beat = { ...beat, seq: beat.seq + 1, acks };
  return { message, heardAt };
}

test("with beats of all others kept, the machine is due with its own beat and not before", () => {
  const { state, now, members, silenceMs, periodMs } = atRest(10);
  const rest = new Rest(state);
  expect(rest.dueAt()).toBe(state.dueAt);
  for (const member of members) {
    expect(rest.mayKeep(now)).toBe(true);
    expect(rest.isWithUs(member)).toBe(true);
    rest.keep(member, now);
  }
  expect(state.nextBeatAt).toBeLessThan(now + silenceMs);
  expect(rest.dueAt()).toBe(state.nextBeatAt);
  expect(rest.restMs(now)).toBe(periodMs / 5);
  expect(rest.restMs(state.nextBeatAt - 10)).toBe(8);
});

test("whoever is not heard is missed in time, though others are kept", () => {
  const { state, members, silenceMs } = atRest();
  const silent = peerOf(state, 1);
  const kernel = { ...state.kernel, leaseUntil: Number.POSITIVE_INFINITY };
  const early = { ...state, nextBeatAt: state.nextBeatAt + silenceMs, kernel };
  const rest = new Rest(early);
  const [heard] = members;
  if (heard) rest.keep(heard, silent.heardAt + 50);
  expect(rest.dueAt()).toBe(silent.heardAt + silenceMs);
  expect(rest.mayKeep(silent.heardAt + silenceMs + 1)).toBe(false);
  expect(rest.restMs(silent.heardAt + silenceMs + 1)).toBe(0);
});

test("a lease that grows short is a reason to look", () => {
  const { state, now, members, periodMs } = atRest(1);
  const rest = new Rest({ ...state, kernel: { ...state.kernel, leaseUntil: now + periodMs } });
  for (const member of members) rest.keep(member, now);
  expect(rest.dueAt()).toBe(now + 0.4 * periodMs);
});

test("nothing is kept of strangers, of former lives, of hosts elsewhere, of those that left, and in a redistribution", () => {
  const { state, now, members } = atRest();
  const [two] = members;
  if (!two || !state.view) throw new Error("web-1 is not at rest");
  const rest = new Rest(state);
  expect(rest.isWithUs({ hostId: 9, incarnation: 1 })).toBe(false);
  expect(rest.isWithUs({ ...two, incarnation: two.incarnation + 1 })).toBe(false);
  const peer = peerOf(state, 0);
  const elsewhere = { ...state.view, epoch: { counter: 99, coordinator: 2 } };
  const peers = new Map([[memberKey(two), { ...peer, beat: { ...peer.beat, view: elsewhere } }]]);
  expect(new Rest({ ...state, peers }).isWithUs(two)).toBe(false);
  const departed = new Map([[memberKey(two), { ...two, node: "web-2", until: now + 10, wasMember: true }]]);
  expect(new Rest({ ...state, departed }).isWithUs(two)).toBe(false);
  expect(new Rest({ ...state, phase: "released" }).mayKeep(now)).toBe(false);
  expect(new Rest({ ...state, peers: new Map(), phase: "released" }).mayKeep(now)).toBe(false);
});

test("kept beats count from when they were read, and were no silence", () => {
  const { state, silenceMs, periodMs } = atRest();
  const now = state.nextBeatAt;
  const [early, late] = [repetition(state, 0, now - 60), repetition(state, 1, now - 20)];
  // Without them somebody would have fallen silent long ago, and the host would think that it had slept.
  const asked = { ...state, dueAt: now - periodMs / 2, deadlineAt: now - periodMs / 2 };
  const { state: after, effects } = step(asked, { kind: "messages", now, messages: [early, late] });
  expect([peerOf(after, 0).heardAt, peerOf(after, 1).heardAt]).toEqual([now - 60, now - 20]);
  expect(peerOf(after, 0).acknowledgedAt).toBe(now - 60);
  expect(after.awakeSince).toBe(state.awakeSince);
  expect(after.settledAt).toBe(state.settledAt);
  expect(after.dueAt).toBe(Math.min(now + periodMs, now - 60 + silenceMs));
  expect(effects.map(({ kind }) => kind)).toEqual(["renewLease", "send"]);
});

test("after a jump of the clock the sender's lease is counted from now, though it was heard before", () => {
  const { state, periodMs } = atRest();
  const heardAt = state.nextBeatAt - 60;
  const now = state.nextBeatAt + periodMs;
  const leased = { ...state, kernel: { ...state.kernel, leaseUntil: now + 1 } };
  const { state: after } = step(leased, { kind: "messages", now, messages: [repetition(state, 0, heardAt)] });
  expect(after.stage).toBe("member");
  expect(peerOf(after, 0)).toMatchObject({ acknowledgedAt: now, claimedAt: now });
  expect(peerOf(after, 0).heardAt).toBeLessThan(now);
});

test("a beat that was read before a pause does not show that its sender lives after it", () => {
  const { state, detectMs } = atRest();
  const heardAt = state.nextBeatAt - 60;
  const now = heardAt + 2 * detectMs;
  const { state: after } = step(state, { kind: "messages", now, messages: [repetition(state, 0, heardAt)] });
  expect(after.stage).toBe("joining");
  expect(peerOf(after, 0).heardAt).toBe(heardAt);
});
