/**
 * Partition policy `majority`: an epoch may lose members only while the rest holds the majority of those who were in the
 * last stable epoch, without those who said farewell. Every host keeps the list itself and goes by it, also as a
 * follower: a host that has been in a newer epoch cannot be talked into an older past.
 *
 * A member that has applied an epoch cannot know whether it has become stable somewhere, so from then on it needs the
 * majority of that epoch too, until it knows more.
 */
import type { Electorate, EpochView, MemberId } from "../convergence/messages.ts";
import { type Draft, includes, nodeOf, self, type Voters, type WlbsState } from "../convergence/state.ts";
import type { WlbsPolicy } from "../types.ts";
import { isNewer, sameEpoch } from "./epoch.ts";

function votersOf(s: WlbsState, view: EpochView): Voters {
  const { epoch, members } = view;
  return { lineage: s.voters[0]?.lineage ?? formerOf(view), epoch, members };
}

/** Voters of whom this host knows no more than the host ID. */
function unknownLives(hostIds: readonly number[]): MemberId[] {
  return hostIds.map((hostId) => ({ hostId, incarnation: 0 }));
}

/** The life that proposed the view. */
function formerOf({ epoch, members }: EpochView): number {
  return members.find(({ hostId }) => hostId === epoch.coordinator)?.incarnation ?? 0;
}

/** An epoch whose voters have all said farewell has ended for good. */
function isAlive({ members }: Voters): boolean {
  return members.length > 0;
}

/** Has this member a vote, as far as we know? */
export function isVoter(s: WlbsState, member: MemberId): boolean {
  return s.voters.some(({ members }) => includes(members, member));
}

/** Is `member` there, or another life of its host? That one has no memory, but then the life we knew is dead for sure. */
function isSucceeded(present: readonly MemberId[], member: MemberId): boolean {
  return present.some(({ hostId }) => hostId === member.hostId);
}

/** More than half, or exactly half with the lowest host ID. */
function hasMajority({ members }: Voters, isPresent: (member: MemberId) => boolean): boolean {
  const votes = members.filter(isPresent);
  if (2 * votes.length !== members.length) return 2 * votes.length > members.length;
  const lowest = Math.min(...members.map(({ hostId }) => hostId));
  return votes.some(({ hostId }) => hostId === lowest);
}

/** May `present` go on without the others? Always under partition policy `serve`. */
export function mayGoOn(s: WlbsState, present: readonly MemberId[]): boolean {
  if (s.active?.policy.partition !== "majority") return true;
  return s.voters.every((voters) => hasMajority(voters, (member) => includes(present, member)));
}

/** Is a cluster formed anew by `present` no rival of one that this host has known? */
function isNoRival(s: WlbsState, present: readonly MemberId[]): boolean {
  if (s.active?.policy.partition !== "majority") return true;
  return s.voters.every((voters) => hasMajority(voters, (member) => isSucceeded(present, member)));
}

/**
 * May these hosts form a cluster anew? More than half of the policy's hosts, or half of them with the lowest host ID;
 * and those who remember a cluster only with its majority.
 */
export function mayFormWith(s: WlbsState, policy: WlbsPolicy, present: readonly MemberId[]): boolean {
  if (policy.partition !== "majority") return true;
  if (!isNoRival(s, present)) return false;
  const hostIds = policy.hosts.map(({ hostId }) => hostId);
  const votes = present.filter(({ hostId }) => hostIds.includes(hostId));
  if (2 * votes.length !== hostIds.length) return 2 * votes.length > hostIds.length;
  return votes.some(({ hostId }) => hostId === Math.min(...hostIds));
}

/** Names of those whose votes are missing. */
export function missingVoters(s: WlbsState, present: readonly MemberId[]): string[] {
  const missing = s.voters.flatMap(({ members }) => members.filter((m) => !includes(present, m)));
  return [...new Set(missing.map(({ hostId }) => nodeOf(s, hostId)))];
}

/** What a proposal tells those who have no past. Null: formed anew. */
export function electorateOf(s: WlbsState, members: readonly MemberId[]): Electorate | null {
  const oldest = s.voters[0];
  if (s.active?.policy.partition !== "majority" || !oldest) return null;
  const idsOf = (isIn: boolean) =>
    oldest.members.filter((voter) => includes(members, voter) === isIn).map(({ hostId }) => hostId);
  return { lineage: oldest.lineage, epoch: oldest.epoch, voters: idsOf(true), absent: idsOf(false) };
}

/** What we know that is not older than the stable epoch `past`: the rest has been settled since. */
function stillOpen(s: WlbsState, past: Electorate): Voters[] {
  return s.voters.filter(({ lineage, epoch }) => lineage === past.lineage && !isNewer(past.epoch, epoch));
}

/**
 * A follower's own judgement of a proposal: the majority of every epoch that it knows and that may count still. One of
 * another formation had the majority of the policy's hosts, so it may be followed by whoever could not go on alone, or
 * sees those whom it remembers in it.
 */
export function mayFollow(s: WlbsState, view: EpochView): boolean {
  const past = view.electorate;
  if (!past) return isNoRival(s, view.members);
  if (s.voters.some(({ lineage }) => lineage !== past.lineage)) {
    return isNoRival(s, view.members) || !mayGoOn(s, [self(s)]);
  }
  const isPresent = (member: MemberId) => includes(view.members, member);
  return stillOpen(s, past).every((voters) => hasMajority(voters, isPresent));
}

/** Hosts that the policy does not name any more have no vote: that is how the admin ends the wait for a host that is gone. */
export function strikeUnnamed(s: WlbsState, policy: WlbsPolicy): void {
  const isNamed = ({ hostId }: MemberId) => policy.hosts.some((host) => host.hostId === hostId);
  const struck = s.voters.map((voters) => ({ ...voters, members: voters.members.filter(isNamed) }));
  s.voters = struck.filter(isAlive);
}

/** Takes note of the epoch that is entered. */
export function enterElectorate(s: WlbsState, view: EpochView, policy: WlbsPolicy): void {
  if (policy.partition !== "majority") {
    s.voters = [];
    return;
  }
  const past = view.electorate;
  if (!past) {
    // Formed anew: until it is stable, the majority of the policy's hosts has to hold.
    const absent = policy.hosts.filter(({ hostId }) => !view.members.some((m) => m.hostId === hostId));
    const members = [...view.members, ...unknownLives(absent.map(({ hostId }) => hostId))];
    s.voters = [{ lineage: formerOf(view), epoch: { counter: 0, coordinator: 0 }, members }];
    return;
  }
  s.voters = stillOpen(s, past);
  if (s.voters.length === 0) {
    const present = view.members.filter(({ hostId }) => past.voters.includes(hostId));
    const members = [...present, ...unknownLives(past.absent)];
    s.voters = [{ lineage: past.lineage, epoch: past.epoch, members }];
  }
}

/** We have applied `view`: it may be stable somewhere. */
export function noteApplied(s: WlbsState, view: EpochView): void {
  if (s.active?.policy.partition !== "majority") return;
  if (s.voters.some(({ epoch }) => sameEpoch(epoch, view.epoch))) return;
  s.voters = [...s.voters, votersOf(s, view)];
}

/** `view` is stable: nothing older counts. */
export function noteStable(s: WlbsState, view: EpochView): void {
  if (s.active?.policy.partition !== "majority") return;
  s.voters = [votersOf(s, view)];
  s.majorityMissing = null;
}

/** Who says farewell, or owns nothing because its kernel refuses, votes no more. */
export function strikeVoter(draft: Draft, member: MemberId): void {
  const { s } = draft;
  const isIt = (voter: MemberId) =>
    voter.hostId === member.hostId && (voter.incarnation === 0 || voter.incarnation === member.incarnation);
  if (!s.voters.some(({ members }) => members.some(isIt))) return;
  const struck = s.voters.map((voters) => ({
    ...voters,
    members: voters.members.filter((voter) => !isIt(voter)),
  }));
  s.voters = struck.filter(isAlive);
}
