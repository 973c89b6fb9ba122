/** Partition policy `majority`: who may go on, who may form anew, and what a follower believes. */
import { expect, test } from "vitest";
import { initialState } from "../convergence/initial-state.ts";
import type { EpochView, MemberId } from "../convergence/messages.ts";
import type { Draft, WlbsState } from "../convergence/state.ts";
import { Machines } from "../convergence/testing/machines.ts";
import { slotsDigest } from "../policy.ts";
import { samplePolicy } from "../sample.ts";
import {
  electorateOf,
  enterElectorate,
  isVoter,
  mayFollow,
  mayFormWith,
  mayGoOn,
  noteApplied,
  noteStable,
  strikeVoter,
  votesFreeAt,
} from "./majority.ts";

const policy = samplePolicy(5, { partition: "majority" });
const ids = (...hostIds: number[]): MemberId[] => hostIds.map((hostId) => ({ hostId, incarnation: hostId }));
const view = (counter: number, hostIds: number[], change: Partial<EpochView> = {}): EpochView => ({
  epoch: { counter, coordinator: hostIds[0] ?? 1 },
  members: ids(...hostIds),
  defaultHost: hostIds[0] ?? 0,
  tableDigest: "0",
  policyDigest: "0",
  order: "stable",
  cause: "new-member",
  initiator: 0,
  electorate: null,
  ...change,
});

function host(hostId: number): WlbsState {
  const me = policy.hosts[hostId - 1] ?? null;
  const held = { policy, digest: "0", slots: slotsDigest(policy) };
  return { ...initialState({ incarnation: hostId }), me, newest: held, active: held };
}

/** A host for which these epochs were stable, one after the other. */
function veteran(hostId: number, ...epochs: number[][]): WlbsState {
  const s = host(hostId);
  epochs.forEach((members, i) => {
    const electorate = i === 0 ? null : electorateOf(s, ids(...members));
    const entered = view(i + 1, members, { electorate });
    enterElectorate(s, entered, policy);
    noteStable(s, entered);
  });
  return s;
}

const draftOf = (s: WlbsState): Draft => ({ now: 0, s, effects: [], urgent: false, stirred: true });

test.each<[number[], number[], boolean]>([
  [[1, 2, 3, 4, 5], [1, 2, 3], true],
  [[1, 2, 3, 4, 5], [4, 5], false],
  [[1, 2, 3, 4], [1, 4], true],
  [[1, 2, 3, 4], [2, 3], false],
  [[2, 5], [2], true],
  [[2, 5], [5], false],
])("of %j, %j may go on: %s", (members, present, expected) => {
  expect(mayGoOn(veteran(5, members), ids(...present))).toBe(expected);
});

test("the majority is that of the last stable epoch, so a cluster may shrink step by step", () => {
  expect(mayGoOn(veteran(1, [1, 2, 3, 4, 5], [1, 2, 3], [1, 2]), ids(1))).toBe(true);
  expect(mayGoOn(veteran(2, [1, 2, 3, 4, 5], [1, 2, 3], [1, 2]), ids(2))).toBe(false);
});

test("another life of a voter has no vote, since it remembers nothing", () => {
  expect(mayGoOn(veteran(2, [1, 2, 3]), [{ hostId: 1, incarnation: 99 }, ...ids(2)])).toBe(false);
});

test("who says farewell is not missed, and takes the word in a tie with it", () => {
  const s = veteran(2, [1, 2, 3, 4]);
  expect(mayGoOn(s, ids(2, 3))).toBe(false);
  strikeVoter(draftOf(s), { hostId: 1, incarnation: 1 });
  expect(mayGoOn(s, ids(2, 3))).toBe(true);
  strikeVoter(draftOf(s), { hostId: 4, incarnation: 4 });
  expect([mayGoOn(s, ids(2)), mayGoOn(s, ids(3))]).toEqual([true, false]);
});

test("whoever has applied an epoch needs its majority too, for it may be stable elsewhere", () => {
  const s = veteran(3, [1, 2, 3]);
  const next = view(2, [1, 2, 3, 4, 5], { order: "commit", electorate: electorateOf(s, ids(1, 2, 3, 4, 5)) });
  enterElectorate(s, next, policy);
  expect(mayGoOn(s, ids(2, 3))).toBe(true);
  noteApplied(s, next);
  expect(mayGoOn(s, ids(2, 3))).toBe(false);
  expect(mayGoOn(s, ids(2, 3, 4))).toBe(true);
});

test("a newcomer learns from the proposal whose majority counts", () => {
  const s = host(5);
  enterElectorate(
    s,
    view(7, [1, 4, 5], {
      electorate: { lineage: 1, epoch: { counter: 6, coordinator: 1 }, voters: [1, 4], absent: [2, 3] },
    }),
    policy,
  );
  expect(mayGoOn(s, ids(4, 5))).toBe(false);
  expect(mayGoOn(s, ids(1, 4, 5))).toBe(true);
});

test("a follower goes by what it knows itself, unless the proposal comes from a later time", () => {
  const s = veteran(3, [1, 2, 3, 4, 5], [1, 2, 3]);
  const past = (counter: number) => ({
    lineage: s.voters[0]?.lineage ?? 0,
    epoch: { counter, coordinator: 1 },
    voters: [4, 5, 3],
    absent: [1, 2],
  });
  expect(mayFollow(s, view(9, [3, 4, 5], { electorate: past(1) }))).toBe(false);
  expect(mayFollow(s, view(9, [1, 3, 4, 5], { electorate: past(1) }))).toBe(true);
  expect(mayFollow(s, view(9, [3, 4, 5], { electorate: past(3) }))).toBe(true);
});

test("forming anew needs the majority of the policy, and of the cluster that is remembered", () => {
  const none = host(4);
  expect(
    [
      [1, 2, 3],
      [3, 4, 5],
      [4, 5],
    ].map((present) => mayFormWith(none, policy, ids(...present))),
  ).toEqual([true, true, false]);
  const four = samplePolicy(4, { partition: "majority" });
  expect(
    [
      [1, 4],
      [2, 3],
    ].map((present) => mayFormWith(none, four, ids(...present))),
  ).toEqual([true, false]);
  const remembers = veteran(2, [1, 2, 3], [1, 2]);
  expect(mayFormWith(remembers, policy, ids(2, 3, 4))).toBe(false);
  expect(mayFormWith(remembers, policy, [{ hostId: 1, incarnation: 99 }, ...ids(2, 3)])).toBe(true);
});

/** A host in a cluster that `members` are forming. */
function former(hostId: number, ...members: number[]): WlbsState {
  const s = host(hostId);
  enterElectorate(s, view(1, members), policy);
  return s;
}

test("who goes before a new cluster is stable may never have agreed to it, and is missing", () => {
  const s = former(1, 1, 2, 3);
  strikeVoter(draftOf(s), { hostId: 3, incarnation: 3 });
  expect(mayGoOn(s, ids(1, 2))).toBe(false);
});

test("while a cluster is being formed, every life of a host of the policy counts", () => {
  const s = former(2, 2, 3, 4);
  const newcomer = { hostId: 1, incarnation: 99 };
  expect(isVoter(s, newcomer)).toBe(true);
  expect(mayGoOn(s, [newcomer, ...ids(2, 3)])).toBe(true);
  expect(mayGoOn(s, ids(2, 3))).toBe(false);
});

test("a follower believes the proposer which life of an absent host has a vote", () => {
  const past = (voters: number[], absent: number[]) => ({
    lineage: 1,
    epoch: { counter: 6, coordinator: 1 },
    voters,
    absent,
  });
  const s = host(5);
  enterElectorate(s, view(7, [3, 4, 5], { electorate: past([3, 4], [1]) }), policy);
  const next = view(9, [1, 3, 5], { electorate: past([1, 3], [4]) });
  expect(mayFollow(s, next)).toBe(true);
  expect(mayFollow(s, { ...next, electorate: past([3], [1, 4]) })).toBe(false);
  enterElectorate(s, next, policy);
  expect(mayGoOn(s, ids(1, 3, 5))).toBe(true);
});

test("a cluster that one life forms twice is another one each time", () => {
  const s = veteran(3, [1, 3], [1, 3]);
  const again = host(3);
  enterElectorate(again, view(9, [1, 3]), policy);
  const [first] = s.voters;
  expect(again.voters[0]?.lineage).not.toBe(first?.lineage);
  expect(again.voters[0]?.lineage).toBeLessThan(2 ** 48);
});

test("another formation is followed only with those whom one remembers, until it has been stable", () => {
  const s = veteran(4, [2, 4]);
  const electorate = (counter: number) => ({
    lineage: 77,
    epoch: { counter, coordinator: 1 },
    voters: [1, 3],
    absent: [],
  });
  expect(mayFollow(s, view(9, [1, 3, 4], { electorate: electorate(0) }))).toBe(false);
  expect(mayFollow(s, view(9, [1, 2, 3, 4], { electorate: electorate(0) }))).toBe(true);
  expect(mayFollow(s, view(9, [1, 3, 4], { electorate: electorate(8) }))).toBe(true);
});

test("a part waits until what a vote has lent to others is over, unless all voters are with it", () => {
  const s = veteran(2, [1, 2, 3, 4]);
  strikeVoter({ ...draftOf(s), now: 5000 }, { hostId: 4, incarnation: 4 });
  s.view = view(9, [2, 3]);
  expect(votesFreeAt(s)).toBe(5800);
  s.view = view(9, [1, 2, 3]);
  expect(votesFreeAt(s)).toBe(Number.NEGATIVE_INFINITY);
});

test("cut in two, the larger part goes on and the smaller owns nothing and says who is missing", () => {
  const lab = new Machines(policy).boot();
  for (const node of ["web-4", "web-5"]) lab.host(node).isCut = true;
  lab.run(2000);
  expect(lab.shares("http")).toEqual({ "web-1": 1366, "web-2": 1365, "web-3": 1365 });
  expect(lab.host("web-5").state).toMatchObject({
    stage: "joining",
    majorityMissing: ["web-1", "web-2", "web-3", "web-4"],
  });
  for (const node of ["web-4", "web-5"]) lab.host(node).isCut = false;
  lab.run(2000);
  expect(Object.keys(lab.shares("http")).length).toBe(5);
  expect(lab.host("web-5").state.majorityMissing).toBeNull();
});

test("who had votes is remembered, and hosts that start anew form no cluster beside theirs", () => {
  const before = new Machines(policy).boot();
  const remembered = before.host("web-5").remembered().at(-1)?.voters ?? [];
  expect(remembered.map(({ members }) => members.map(({ hostId }) => hostId))).toEqual([[1, 2, 3, 4, 5]]);
  const lab = new Machines(policy);
  for (const node of ["web-1", "web-2"]) lab.host(node).isCut = true;
  const voters = remembered.map((list) => ({ ...list, members: ids(1, 2) }));
  lab.boot({ run: "started", rules: {}, voters });
  expect(lab.shares("http")).toEqual({});
  for (const node of ["web-1", "web-2"]) lab.host(node).isCut = false;
  expect(Object.keys(lab.run(5000).shares("http")).length).toBe(5);
});

test("hosts that drain and stop one after another leave a cluster of one", () => {
  const lab = new Machines(policy).boot();
  for (const node of ["web-1", "web-2", "web-3", "web-4"]) {
    lab.command(node, "stop");
    lab.run(1000);
  }
  expect(lab.shares("http")).toEqual({ "web-5": 4096 });
  expect(lab.host("web-5").state.history[0]).toMatchObject({
    cause: "member-left",
    initiator: 4,
    members: [5],
  });
});
