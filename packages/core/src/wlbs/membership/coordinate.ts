/**
 * The coordinator's part: decide who is in, and propose the next epoch when something has changed. Every host runs
 * this; it acts only on the one whose turn it is.
 */
import type { Beat, EpochView } from "../convergence/messages.ts";
import {
  type Draft,
  type Held,
  includes,
  log,
  memberKey,
  nodeOf,
  type Peer,
  policyFor,
  self,
  timing,
  type WlbsState,
} from "../convergence/state.ts";
import { rulesDiffer } from "../policy.ts";
import { isDue, nextDistribution } from "../table/distribution.ts";
import type { ConvergenceCause } from "../types.ts";
import { type Candidate, candidates, duplicateOf, shun } from "./eligible.ts";
import { epochText, isNewer } from "./epoch.ts";
import { adopt, giveUp } from "./follow.ts";
import { isReady, livePeers } from "./hearing.ts";
import { causeText } from "./history.ts";
import { electorateOf, isVoter, mayFormWith, mayGoOn, missingVoters } from "./majority.ts";
import { missing, reached } from "./reached.ts";

export { missing, reached } from "./reached.ts";

/** Is the sender a member of our epoch that takes part in it, or will when it has heard of it? */
function isWithUs(s: WlbsState, view: EpochView, beat: Beat): boolean {
  if (!beat.view || !includes(view.members, beat)) return false;
  return includes(beat.view.members, self(s)) || isNewer(view.epoch, beat.view.epoch);
}

/** The proposer while its epoch is unfinished, then the lowest live member: "the default host" of DESIGN. */
export function coordinatorId(s: WlbsState, now: number): number | null {
  const { view } = s;
  if (!view) return null;
  const ids = livePeers(s, now).filter(({ beat }) => isWithUs(s, view, beat));
  const live = [self(s).hostId, ...ids.map(({ beat }) => beat.hostId)];
  const { coordinator } = view.epoch;
  if (view.order !== "stable" && live.includes(coordinator) && !isStranded(s, view, now)) return coordinator;
  return Math.min(...live);
}

/** Has the proposer of our epoch followed a newer one that nobody will finish? Then it waits for us as we do for it. */
function isStranded(s: WlbsState, view: EpochView, now: number): boolean {
  const live = livePeers(s, now);
  const proposer = live.find(({ beat }) => beat.hostId === view.epoch.coordinator);
  return proposer !== undefined && isOrphaned(live, view, proposer.beat);
}

/** Is the sender, a member of ours, in a newer epoch whose proposer is gone, or has left it? */
function isOrphaned(live: readonly Peer[], view: EpochView, sender: Beat): boolean {
  const theirs = sender.view;
  if (!theirs || !includes(view.members, sender) || !isNewer(theirs.epoch, view.epoch)) return false;
  return !live.some(({ beat }) => beat.hostId === theirs.epoch.coordinator && beat.view !== null);
}

interface Wanted {
  members: Candidate[];
  held: Held;
}

interface Reason {
  cause: ConvergenceCause;
  /** Host ID, 0 = nobody in particular. */
  initiator: number;
}

/** Has another host asked all to follow `view`, and for so long that we need not ask those again who have not? */
function isOldOfOthers(s: WlbsState, view: EpochView, now: number): boolean {
  return view.epoch.coordinator !== s.me?.hostId && now - s.viewSince > timing(s).refusedMs;
}

/** During a redistribution only losses count; newcomers and new policies wait until it is stable. */
function wanted(s: WlbsState, view: EpochView, now: number): Wanted | null {
  const all = candidates(s, now);
  const inForce = policyFor(s, view.policyDigest);
  if (!inForce) return null;
  if (view.order !== "stable") {
    // Of the newcomers only those without whose votes nobody could go on.
    const isOld = isOldOfOthers(s, view, now);
    const stays = (c: Candidate) => (c.isMember ? !isOld || reached(s, c, "received") : isVoter(s, c));
    return { members: all.filter(stays), held: inForce };
  }
  const { newest } = s;
  const allHaveIt = all.filter((c) => c.isMember).every((c) => c.policyDigest === newest?.digest);
  const held = newest && allHaveIt ? newest : inForce;
  // A newcomer that does not hold the policy of the new epoch could not follow it.
  return { members: all.filter((c) => c.isMember || c.policyDigest === held.digest), held };
}

function defaultHostOf(members: readonly Candidate[]): number {
  return members.find((member) => !member.draining)?.hostId ?? 0;
}

/** A member that had followed and then started over owns nothing any more; it needs an epoch to get its share back. */
function startedOver(s: WlbsState, member: Candidate): boolean {
  return member.beat !== null && member.beat.view === null && s.arrived.has(memberKey(member));
}

/** Some member is in a newer epoch whose proposer is gone: nobody else will finish it. */
function overtaken(s: WlbsState, view: EpochView, now: number): boolean {
  const live = livePeers(s, now);
  return live.some(({ beat }) => isOrphaned(live, view, beat));
}

/** Somebody is gone, or has lost what he had. */
function whyShrink(s: WlbsState, view: EpochView, want: Wanted): Reason | null {
  const lost = view.members.find((member) => !includes(want.members, member));
  if (lost) {
    const left = s.peers.get(memberKey(lost))?.beat.stage === "leaving";
    return { cause: left ? "member-left" : "member-lost", initiator: lost.hostId };
  }
  const again = want.members.find((member) => startedOver(s, member));
  return again ? { cause: "new-member", initiator: again.hostId } : null;
}

/** Somebody comes, another policy, another default host, other shares. */
function whyChange(s: WlbsState, view: EpochView, want: Wanted): Reason | null {
  const joined = want.members.find((member) => !member.isMember);
  if (joined) {
    const back = s.clashes.some(({ node }) => node === joined.node);
    return { cause: back ? "partition-healed" : "new-member", initiator: joined.hostId };
  }
  if (want.held.digest !== view.policyDigest) {
    const before = policyFor(s, view.policyDigest);
    const rules = !before || rulesDiffer(before.policy, want.held.policy);
    return { cause: rules ? "modified-rules" : "modified-parameters", initiator: 0 };
  }
  const isSame =
    defaultHostOf(want.members) === view.defaultHost && isDue(s.distribution, want.members, want.held.policy);
  if (isSame) return null;
  const { cause, hostId } = s.lastChange ?? { cause: "drain" as const, hostId: 0 };
  return { cause, initiator: hostId };
}

/** Why a new epoch is needed, or null. */
function whyNewEpoch(s: WlbsState, want: Wanted, now: number): Reason | null {
  const { view } = s;
  if (!view) return null;
  const shrink = whyShrink(s, view, want);
  if (shrink) return shrink;
  if (overtaken(s, view, now)) return { cause: "unknown", initiator: 0 };
  if (view.order === "stable") return whyChange(s, view, want);
  if (view.epoch.coordinator === s.me?.hostId) return null;
  return { cause: "member-lost", initiator: view.epoch.coordinator };
}

function propose(draft: Draft, want: Wanted, { cause, initiator }: Reason): void {
  const { s } = draft;
  const base = s.view && s.view.order !== "release" ? s.distribution : s.committed;
  const distribution = nextDistribution(base, want.members, want.held.policy);
  const members = want.members.map(({ hostId, incarnation }) => ({ hostId, incarnation }));
  const view: EpochView = {
    epoch: {
      counter: Math.max(s.maxCounter, s.view?.epoch.counter ?? 0) + 1,
      coordinator: self(s).hostId,
    },
    members,
    defaultHost: defaultHostOf(want.members),
    tableDigest: distribution.digest,
    policyDigest: want.held.digest,
    order: "release",
    cause,
    initiator,
    electorate: cause === "cluster-formed" ? null : electorateOf(s, members),
  };
  const names = want.members.map((member) => member.node).join(", ");
  const why = causeText(s, cause, initiator);
  log(draft, "info", `proposing epoch ${epochText(view.epoch)} with ${names}: ${why}`);
  adopt(draft, view, distribution);
}

/** Leaves out of the next epoch who has not followed this one for a long time, or may not. */
function mindStuck(draft: Draft, view: EpochView): void {
  const { s, now } = draft;
  const { refusedMs, stuckMs } = timing(s);
  if (view.order === "stable" || now - s.viewSince <= refusedMs) return;
  const isStuck = now - s.viewSince > stuckMs;
  const all = missing(s, !isStuck ? "received" : view.order === "release" ? "released" : "applied");
  const late = all.filter((member) => member.hostId !== s.me?.hostId);
  if (late.length > 0 && !isStuck && proposeWider(draft, view)) return;
  shun(draft, late);
  for (const member of late)
    log(draft, "warn", `${nodeOf(s, member.hostId)} does not follow; going on without it`);
}

/** Partition policy `majority`: who refuses misses somebody whom it remembers. Perhaps that host waits outside. */
function proposeWider(draft: Draft, view: EpochView): boolean {
  const { s, now } = draft;
  const held = policyFor(s, view.policyDigest);
  if (held?.policy.partition !== "majority") return false;
  const members = candidates(s, now);
  const newcomer = members.find(({ isMember }) => !isMember);
  if (!newcomer || !mayGoOn(s, members)) return false;
  propose(draft, { members, held }, { cause: "new-member", initiator: newcomer.hostId });
  return true;
}

/** A host that hears nobody established for a whole detection time begins a cluster with those who wait as it does. */
function mayForm(s: WlbsState, now: number): boolean {
  const { detectMs, periodMs } = timing(s);
  const listened = now - s.stageSince;
  if (listened < detectMs || !isReady(s) || s.link?.up === false || duplicateOf(s, now, self(s)))
    return false;
  // Two more periods: the last host of the old cluster may have renewed its lease after the last beat we got.
  if (s.establishedAt !== null && now - s.establishedAt < detectMs + 2 * periodMs) return false;
  const lower = livePeers(s, now).some(
    ({ beat }) => beat.stage === "joining" && beat.hostId < self(s).hostId,
  );
  return !lower || listened > 3 * detectMs;
}

function form(draft: Draft, held: Held): void {
  const { s, now } = draft;
  const members = candidates(s, now);
  if (!mayFormWith(s, held.policy, members)) {
    const absent = held.policy.hosts.filter(({ hostId }) => !members.some((m) => m.hostId === hostId));
    s.majorityMissing = absent.map(({ node }) => node);
    return;
  }
  // Whoever hears this proposal and serves already objects, or gives way, within a period.
  s.quietUntil = now + timing(s).periodMs;
  propose(draft, { members, held }, { cause: "cluster-formed", initiator: self(s).hostId });
}

/** Forms or proposes, if it is this host's turn. */
export function coordinate(draft: Draft): void {
  const { s, now } = draft;
  if (s.stage === "joining" && s.newest && mayForm(s, now)) form(draft, s.newest);
  if (s.stage !== "member" || !s.view || coordinatorId(s, now) !== s.me?.hostId) return;
  const want = wanted(s, s.view, now);
  const why = want && whyNewEpoch(s, want, now);
  if (!want || !why) {
    s.stalledSince = null;
    return mindStuck(draft, s.view);
  }
  if (mayGoOn(s, want.members)) propose(draft, want, why);
  else stall(draft, s.view, want);
}

/** Has the proposer of our unfinished epoch left it, for it could not go on? */
function isGivenUp(s: WlbsState, { order, epoch }: EpochView, now: number): boolean {
  if (order === "stable" || epoch.coordinator === s.me?.hostId) return false;
  return livePeers(s, now).some(({ beat }) => beat.hostId === epoch.coordinator && beat.stage === "joining");
}

/**
 * Partition policy `majority`: those who are there are not enough, though they are heard. They may have to form anew, and
 * nobody can do that before the last one has given up: where one has waited in vain the others need not wait again.
 */
function stall(draft: Draft, view: EpochView, want: Wanted): void {
  const { s, now } = draft;
  s.stalledSince ??= now;
  if (now - s.stalledSince < timing(s).detectMs && !isGivenUp(s, view, now)) return;
  const names = missingVoters(s, want.members);
  giveUp(draft, `there is no majority without ${names.join(", ")}`);
  s.majorityMissing = names;
}
