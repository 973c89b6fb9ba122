/**
 * Partition policy `majority`: an epoch may lose members only while the rest holds the majority of those who were in the
 * last stable epoch, without those who said farewell. Every host keeps the list itself and goes by it, also as a
 * follower: a host that has been in a newer epoch cannot be talked into an older past.
 *
 * A member that has applied an epoch cannot know whether it has become stable somewhere, so from then on it needs the
 * majority of that epoch too, until it knows more.
 */
import type { Electorate, EpochView, MemberId } from "../convergence/messages.ts";
import { type Draft, includes, nodeOf, type Voters, type WlbsState } from "../convergence/state.ts";
import type { WlbsPolicy } from "../types.ts";
import { isNewer, sameEpoch } from "./epoch.ts";

function lowestOf(members: readonly MemberId[]): number {
  return members.length === 0 ? 0 : Math.min(...members.map(({ hostId }) => hostId));
}

function votersOf(view: EpochView): Voters {
  return { epoch: view.epoch, members: view.members, others: 0, lowest: lowestOf(view.members) };
}

/** More than half, or exactly half with the voter that decides ties. */
function hasMajority(voters: Voters, present: readonly MemberId[]): boolean {
  const votes = voters.members.filter((member) => includes(present, member));
  const all = voters.members.length + voters.others;
  if (2 * votes.length !== all) return 2 * votes.length > all;
  return votes.some(({ hostId }) => hostId === voters.lowest);
}

/** May `present` go on without the others? Always under partition policy `serve`. */
export function mayGoOn(s: WlbsState, present: readonly MemberId[]): boolean {
  if (s.active?.policy.partition !== "majority") return true;
  return s.voters.every((voters) => hasMajority(voters, present));
}

/** May these hosts form a cluster anew? More than half of the policy's hosts, or half of them with the lowest host ID. */
export function mayFormWith(policy: WlbsPolicy, present: readonly MemberId[]): boolean {
  if (policy.partition !== "majority") return true;
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
  const inIt = oldest.members.filter((member) => includes(members, member));
  return {
    epoch: oldest.epoch,
    voters: inIt.map(({ hostId }) => hostId),
    others: oldest.members.length - inIt.length + oldest.others,
    lowest: oldest.lowest,
  };
}

/** A follower's own judgement of a proposal. One that follows a newer stable epoch than all we know is beyond it. */
export function mayFollow(s: WlbsState, view: EpochView): boolean {
  const past = view.electorate;
  if (!past || s.voters.every(({ epoch }) => isNewer(past.epoch, epoch))) return true;
  return mayGoOn(s, view.members);
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
    const lowest = Math.min(...policy.hosts.map(({ hostId }) => hostId));
    const others = Math.max(0, policy.hosts.length - view.members.length);
    s.voters = [{ epoch: { counter: 0, coordinator: 0 }, members: view.members, others, lowest }];
  } else if (s.voters.every(({ epoch }) => isNewer(past.epoch, epoch))) {
    const members = view.members.filter(({ hostId }) => past.voters.includes(hostId));
    s.voters = [{ epoch: past.epoch, members, others: past.others, lowest: past.lowest }];
  }
}

/** We have applied `view`: it may be stable somewhere. */
export function noteApplied(s: WlbsState, view: EpochView): void {
  if (s.active?.policy.partition !== "majority") return;
  if (s.voters.some(({ epoch }) => sameEpoch(epoch, view.epoch))) return;
  s.voters = [...s.voters, votersOf(view)];
}

/** `view` is stable: nothing older counts. */
export function noteStable(s: WlbsState, view: EpochView): void {
  if (s.active?.policy.partition !== "majority") return;
  s.voters = [votersOf(view)];
  s.majorityMissing = null;
}

/** Who says farewell, or owns nothing because its kernel refuses, votes no more. */
export function strikeVoter(draft: Draft, member: MemberId): void {
  const { s } = draft;
  if (!s.voters.some(({ members }) => includes(members, member))) return;
  s.voters = s.voters.map((voters) => {
    const members = voters.members.filter((other) => !includes([member], other));
    const isLowest = voters.lowest === member.hostId;
    const lowest = isLowest ? (voters.others > 0 ? 0 : lowestOf(members)) : voters.lowest;
    return { ...voters, members, lowest };
  });
}
