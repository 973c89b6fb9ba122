/** What a message of another host tells: that it lives, what our word does for its lease, whose epoch it is in. */
import { expect, test } from "vitest";
import type { Beat, EpochView } from "../convergence/messages.ts";
import { memberKey, self, timing } from "../convergence/state.ts";
import { type Machine, Machines } from "../convergence/testing/machines.ts";
import { samplePolicy } from "../sample.ts";
import { coordinatorId } from "./coordinate.ts";

function trio(): Machines {
  return new Machines(samplePolicy(3)).boot();
}

/** What `from` last said to `to`. */
function beatOf(to: Machine, from: Machine): Beat {
  const peer = to.state.peers.get(memberKey(self(from.state)));
  if (!peer) throw new Error(`${to.node} does not know ${from.node}`);
  return peer.beat;
}

/** The same host's next beat, from an epoch that is `ahead` of the present one and has these members. */
function beatFrom(beat: Beat, ahead: number, hostIds: number[]): Beat {
  const present = beat.view as EpochView;
  const members = present.members.filter(({ hostId }) => hostIds.includes(hostId));
  const epoch = { counter: present.epoch.counter + ahead, coordinator: beat.hostId };
  return { ...beat, seq: beat.seq + 100, view: { ...present, epoch, members, order: "release" } };
}

test("a piece of a table shows that its sender lives, unless it was overtaken", () => {
  const lab = trio();
  const [one, two] = [lab.host("web-1"), lab.host("web-2")];
  two.isCut = true;
  lab.run(300);
  const { cluster, hostId, incarnation, seq } = beatOf(two, one);
  const heardAt = () => two.state.peers.get(memberKey({ hostId, incarnation }))?.heardAt;
  const silent = heardAt();
  const drains = { kind: "drains", slotsDigest: "", version: 1, page: 0, pages: 1 } as const;
  const tell = (number: number) =>
    lab.hear(two, {
      ...drains,
      cluster,
      hostId,
      incarnation,
      seq: number,
      slots: 0,
      bitmap: new Uint8Array(0),
    });
  tell(seq - 1);
  expect(heardAt()).toBe(silent);
  tell(seq + 1);
  expect(heardAt()).toBe(lab.now);
});

test("a host that left us and is acknowledged again is waited for from then on", () => {
  const lab = trio();
  const [one, two] = [lab.host("web-1"), lab.host("web-2")];
  const member = self(one.state);
  const left = { ...member, node: "web-1", until: lab.now + 10, wasMember: true };
  two.state = { ...two.state, departed: new Map([[memberKey(member), left]]) };
  const beat = beatOf(two, one);
  lab.hear(two, beatFrom(beat, 1, [1, 2]));
  const { detectMs } = timing(two.state);
  expect(two.state.departed.get(memberKey(member))?.until).toBe(lab.now + detectMs);
});

test("a proposer that has gone into another epoch without us coordinates no more", () => {
  const lab = trio();
  const [one, two] = [lab.host("web-1"), lab.host("web-2")];
  const { view } = two.state;
  if (!view) throw new Error("web-2 is in no epoch");
  two.state = { ...two.state, view: { ...view, order: "release" } };
  const beat = beatOf(two, one);
  const heard = (news: Beat) => {
    const peers = new Map(two.state.peers);
    const peer = peers.get(memberKey(beat));
    if (peer) peers.set(memberKey(beat), { ...peer, beat: news });
    return coordinatorId({ ...two.state, peers }, lab.now);
  };
  expect(heard(beat)).toBe(1);
  expect(heard(beatFrom(beat, -1, [1, 3]))).toBe(1);
  expect(heard(beatFrom(beat, 1, [1, 3]))).toBe(2);
});
