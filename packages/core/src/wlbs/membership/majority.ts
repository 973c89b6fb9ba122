/**
 * Partition policy `majority`: an epoch may lose members only while the rest holds the majority of those who were in the
 * last stable epoch, without those who said farewell. Every host keeps the list itself and goes by it, also as a
 * follower: a host that has been in a newer epoch cannot be talked into an older past.
 *
 * A member that has applied an epoch cannot know whether it has become stable somewhere, so from then on it needs the
 * majority of that epoch too, until it knows more.
 */
import type { Electorate, EpochView, MemberId } from "../convergence/messages.ts";
import {
  type Draft,
  includes,
  nodeOf,
  self,
  timing,
  type Voters,
  type WlbsState,
} from "../convergence/state.ts";
import type { WlbsPolicy } from "../types.ts";
import { isNewer, sameEpoch } from "./epoch.ts";

function votersOf(s: WlbsState, view: EpochView): Voters {
  const { epoch, members } = view;
  return { lineage: s.voters[0]?.lineage ?? lineageOf(view), epoch, members };
}

/** Voters of whom this host knows no more than the host ID. */
function unknownLives(hostIds: readonly number[]): MemberId[] {
  return hostIds.map((hostId) => ({ hostId, incarnation: 0 }));
}

/** Any odd number of this size keeps two formations by one life, and by two that began one after the other, apart. */
const LINEAGE_STEP = 2_654_435_761;
const LINEAGE_MAX = 2 ** 48;

/** Of the formation by this view: made of the life that formed it, which may form several, and of the epoch's number. */
function lineageOf({ epoch, members }: EpochView): number {
  const former = members.find(({ hostId }) => hostId === epoch.coordinator)?.incarnation ?? 0;
  return (former + epoch.counter * LINEAGE_STEP) % LINEAGE_MAX;
}

/** An epoch whose voters have all said farewell has ended for good. */
function isAlive({ members }: Voters): boolean {
  return members.length > 0;
}

/** The list of a cluster that is being formed: its epoch 0 is older than any. */
function isForming({ epoch }: Pick<Voters, "epoch">): boolean {
  return epoch.counter === 0;
}

/** Is this voter among `present`? A cluster is formed by the hosts of the policy, whichever lives they live. */
function isPresent(voters: Voters, voter: MemberId, present: readonly MemberId[]): boolean {
  return isForming(voters) ? isSucceeded(present, voter) : includes(present, voter);
}

/** Has this member a vote, as far as we know? */
export function isVoter(s: WlbsState, member: MemberId): boolean {
  return s.voters.some((voters) => voters.members.some((voter) => isPresent(voters, voter, [member])));
}

/** Is `member` there, or another life of its host? That one has no memory, but then the life we knew is dead for sure. */
function isSucceeded(present: readonly MemberId[], member: MemberId): boolean {
  return present.some(({ hostId }) => hostId === member.hostId);
}

/** More than half, or exactly half with the lowest host ID. */
function hasMajority({ members }: Voters, isThere: (member: MemberId) => boolean): boolean {
  const votes = members.filter(isThere);
  if (2 * votes.length !== members.length) return 2 * votes.length > members.length;
  const lowest = Math.min(...members.map(({ hostId }) => hostId));
  return votes.some(({ hostId }) => hostId === lowest);
}

/** May `present` go on without the others? Always under partition policy `serve`. */
export function mayGoOn(s: WlbsState, present: readonly MemberId[]): boolean {
  if (s.active?.policy.partition !== "majority") return true;
  return s.voters.every((voters) => hasMajority(voters, (member) => isPresent(voters, member, present)));
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
  const missing = s.voters.flatMap((voters) =>
    voters.members.filter((member) => !isPresent(voters, member, present)),
  );
  return [...new Set(missing.map(({ hostId }) => nodeOf(s, hostId)))];
}

/** What a proposal tells those who have no past. Null: formed anew. */
export function electorateOf(s: WlbsState, members: readonly MemberId[]): Electorate | null {
  const oldest = s.voters[0];
  if (s.active?.policy.partition !== "majority" || !oldest) return null;
  const idsOf = (isIn: boolean) =>
    oldest.members.filter((voter) => isPresent(oldest, voter, members) === isIn).map(({ hostId }) => hostId);
  return { lineage: oldest.lineage, epoch: oldest.epoch, voters: idsOf(true), absent: idsOf(false) };
}

/** The proposer of `view` knows which lives had votes in the epoch it goes by; we may not. */
function withLives(voters: Voters, past: Electorate, view: EpochView): Voters {
  if (!sameEpoch(voters.epoch, past.epoch)) return voters;
  const lifeOf = (voter: MemberId) =>
    voter.incarnation === 0 && past.voters.includes(voter.hostId)
      ? view.members.find(({ hostId }) => hostId === voter.hostId)
      : undefined;
  return { ...voters, members: voters.members.map((voter) => lifeOf(voter) ?? voter) };
}

/** What we know that is not older than the stable epoch that `view` goes by: the rest has been settled since. */
function stillOpen(s: WlbsState, past: Electorate, view: EpochView): Voters[] {
  const open = s.voters.filter(
    ({ lineage, epoch }) => lineage === past.lineage && !isNewer(past.epoch, epoch),
  );
  return open.map((voters) => withLives(voters, past, view));
}

/**
 * A follower's own judgement of a proposal: the majority of every epoch that it knows and that may count still. One of
 * another formation must have in it those whom the follower remembers; unless it has been stable, so that it had the
 * majority of the policy's hosts, and the follower could not go on alone.
 */
export function mayFollow(s: WlbsState, view: EpochView): boolean {
  const past = view.electorate;
  if (!past) return isNoRival(s, view.members);
  if (s.voters.some(({ lineage }) => lineage !== past.lineage)) {
    return isNoRival(s, view.members) || (!isForming(past) && !mayGoOn(s, [self(s)]));
  }
  return stillOpen(s, past, view).every((voters) =>
    hasMajority(voters, (member) => isPresent(voters, member, view.members)),
  );
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
    s.voters = [{ lineage: lineageOf(view), epoch: { counter: 0, coordinator: 0 }, members }];
    return;
  }
  s.voters = stillOpen(s, past, view);
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

/**
 * Who says farewell, or owns nothing because its kernel refuses, votes no more. But a cluster that is being formed is made
 * by those who agree to it: who goes before it is stable may never have agreed, and is missing like the others.
 */
export function strikeVoter(draft: Draft, member: MemberId): void {
  const { s, now } = draft;
  const isIt = (voter: MemberId) =>
    voter.hostId === member.hostId && (voter.incarnation === 0 || voter.incarnation === member.incarnation);
  if (!s.voters.some((voters) => !isForming(voters) && voters.members.some(isIt))) return;
  const struck = s.voters.map((voters) => ({
    ...voters,
    members: isForming(voters) ? voters.members : voters.members.filter((voter) => !isIt(voter)),
  }));
  s.voters = struck.filter(isAlive);
  s.struckAt = now;
}

/**
 * Until when a part of the voters must not take what the others own. Who was struck off had lent its vote until then to
 * whomever it acknowledged: a host that is not with us may have a lease from that.
 */
export function votesFreeAt(s: WlbsState): number {
  const members = s.view?.members ?? [];
  const isComplete = s.voters.every((voters) =>
    voters.members.every((voter) => isPresent(voters, voter, members)),
  );
  return isComplete ? Number.NEGATIVE_INFINITY : s.struckAt + timing(s).detectMs;
}
