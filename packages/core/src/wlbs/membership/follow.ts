/**
 * Every member's part of a redistribution: take over a proposed epoch, release, then take; and leave a cluster
 * that has to give way, or a part of one that must not go on.
 */
import { isSettled } from "../convergence/kernel.ts";
import type { Beat, EpochView, MemberId, Order } from "../convergence/messages.ts";
import {
  type Draft,
  includes,
  log,
  memberKey,
  policyFor,
  self,
  timing,
  type WlbsState,
} from "../convergence/state.ts";
import { announce, lacksExceptions } from "../plane/announce.ts";
import { install, release, sameMapping, take, usePolicy } from "../plane/plane.ts";
import { awaitClients, gatherElsewhere } from "../plane/sticky.ts";
import { type Distribution, NO_DISTRIBUTION } from "../table/distribution.ts";
import { collected } from "./collect.ts";
import { epochText, isNewer, mustGiveWay, sameEpoch, sameView } from "./epoch.ts";
import { emitBeat, hasReleased, livePeers } from "./hearing.ts";
import { closeRecord, recordEpoch } from "./history.ts";
import {
  enterElectorate,
  mayFollow,
  mayGoOn,
  missingVoters,
  noteApplied,
  noteStable,
  strikeVoter,
  votesFreeAt,
} from "./majority.ts";
import { missing } from "./reached.ts";

const ORDERS: readonly Order[] = ["release", "commit", "stable"];

/**
 * Members of the epoch that we leave may serve until the lease that we have acknowledged runs out; remember until when.
 * Those who come along are asked to release like everybody.
 */
function noteDeparted(draft: Draft, stay: readonly MemberId[]): void {
  const { s, now } = draft;
  for (const member of stay) s.departed.delete(memberKey(member));
  const gone = (s.view?.members ?? []).filter((m) => !includes(stay, m) && !includes([self(s)], m));
  for (const member of gone) {
    const peer = s.peers.get(memberKey(member));
    if (!peer || (peer.beat.stage === "leaving" && peer.beat.clear)) continue;
    const until = peer.acknowledgedAt + timing(s).detectMs;
    const { node } = peer.beat;
    if (until > now) s.departed.set(memberKey(member), { ...member, node, until, wasMember: true });
  }
}

/**
 * Hosts that serve in another epoch than `view` will give way, but they may not have heard of it yet, or their kernels may
 * not have followed. Their leases do not depend on our word, so they are waited for until they say that they have
 * released, or must have.
 */
function noteRivals(draft: Draft, view: EpochView): void {
  const { s, now } = draft;
  for (const { beat, claimedAt } of livePeers(s, now)) {
    if (includes(view.members, beat) || (beat.view && sameEpoch(beat.view.epoch, view.epoch))) continue;
    const { detectMs } = timing(s);
    // It hears of us within a detection time, or counts us as lost; its last lease ends within another one.
    const until = beat.view ? now + 2 * detectMs : claimedAt + detectMs;
    const wasMember = s.departed.get(memberKey(beat))?.wasMember ?? false;
    // One that left with us lives by our last word, until it has an epoch of its own.
    const isElsewhere = beat.view !== null && !includes(beat.view.members, self(s));
    if (until <= now || (wasMember && !isElsewhere)) continue;
    const { hostId, incarnation, node } = beat;
    s.departed.set(memberKey(beat), { hostId, incarnation, node, until, wasMember });
  }
}

/** Enters the epoch `view` with its distribution: from now on own only what we own in both. */
export function adopt(draft: Draft, view: EpochView, distribution: Distribution): void {
  const { s } = draft;
  const held = policyFor(s, view.policyDigest);
  if (!held) return;
  noteDeparted(draft, view.members);
  noteRivals(draft, view);
  const keeps = sameMapping(s.active, held);
  if (!s.active) usePolicy(draft, held);
  enterElectorate(s, view, held.policy);
  const isNewcomer = s.view === null;
  const hasLapsed = s.kernel.leaseUntil <= draft.now;
  enter(draft, view, distribution);
  const isDefault = view.defaultHost === self(s).hostId;
  // Since the lease ran out, others may have taken what we own and may not be in this epoch to say so.
  const kept = hasLapsed ? { distribution: NO_DISTRIBUTION, isDefault: false } : { distribution, isDefault };
  release(draft, keeps ? { ...kept, policy: held.policy } : null);
  awaitClients(draft, isNewcomer);
  install(draft);
  draft.urgent = true;
}

function enter(draft: Draft, view: EpochView, distribution: Distribution): void {
  const { s, now } = draft;
  if (s.view === null || s.view.order === "stable") s.convergenceCount += 1;
  if (s.view === null) s.committed = distribution;
  else if (s.view.order !== "release") s.committed = s.distribution;
  if (s.stage !== "member") s.stageSince = now;
  s.stage = "member";
  s.view = { ...view, order: "release" };
  s.viewSince = now;
  s.distribution = distribution;
  s.phase = "received";
  s.takingSince = null;
  s.incoming = [];
  s.sending = null;
  s.arrived = new Set();
  s.majorityMissing = null;
  s.stalledSince = null;
  s.maxCounter = Math.max(s.maxCounter, view.epoch.counter);
  recordEpoch(draft, view);
}

/**
 * A newcomer between two parts of a split cluster hears both. It may only go where it could stay when they meet:
 * with the others it would serve beside hosts that it hears.
 */
function wouldLose(draft: Draft, view: EpochView): boolean {
  return livePeers(draft.s, draft.now).some(({ beat }) => {
    if (!beat.view || sameEpoch(beat.view.epoch, view.epoch) || includes(view.members, beat)) return false;
    return !includes(beat.view.members, self(draft.s)) && mustGiveWay(view, beat.view);
  });
}

/**
 * Two parts that do not hear each other, and we hear both: having given way to one, do not go back to the other at once,
 * or the three of us would go round in circles.
 */
function holdsOff(s: WlbsState, now: number, view: EpochView): boolean {
  return s.gaveWay !== null && now < s.gaveWay.until && !includes(view.members, s.gaveWay.to);
}

/** Enters a newer epoch that some peer is in, once we have its distribution. */
export function followNewest(draft: Draft): void {
  const { s } = draft;
  if (s.incoming.length === 0 || (s.stage !== "joining" && s.stage !== "member")) return;
  for (const { beat } of s.peers.values()) {
    if (!beat.view || !includes(beat.view.members, self(s))) continue;
    if (s.view && !isNewer(beat.view.epoch, s.view.epoch)) continue;
    if ((s.stage === "joining" && wouldLose(draft, beat.view)) || !mayFollow(s, beat.view)) continue;
    if (holdsOff(s, draft.now, beat.view)) continue;
    const distribution = collected(s, beat.view);
    if (distribution) return adopt(draft, beat.view, distribution);
  }
}

/** Orders only rise within an epoch and imply that all had agreed, so they may be believed from any member. */
export function heedOrder(draft: Draft, beat: Beat): void {
  const { s } = draft;
  if (!s.view || !beat.view || !sameView(s.view, beat.view)) return;
  s.arrived.add(memberKey(beat));
  if (ORDERS.indexOf(beat.view.order) > ORDERS.indexOf(s.view.order)) {
    s.view = { ...s.view, order: beat.view.order };
  }
}

/** A host that says that its kernel owns nothing any more need not be waited for; one that leaves, or whose kernel refuses, has no vote. */
export function heedFarewell(draft: Draft, beat: Beat): void {
  if (beat.stage === "leaving" || beat.stage === "failed") strikeVoter(draft, beat);
  if (hasReleased(beat)) draft.s.departed.delete(memberKey(beat));
}

/** What the members say is order enough: nobody waits for the coordinator's word when all have followed. */
function deduceOrder(draft: Draft): void {
  const { s } = draft;
  const before = s.view?.order;
  if (s.view?.order === "release" && missing(s, "released").length === 0) {
    s.view = { ...s.view, order: "commit" };
  }
  if (s.view?.order === "commit" && missing(s, "applied").length === 0) {
    s.view = { ...s.view, order: "stable" };
  }
  if (s.view?.order !== before) draft.urgent = true;
}

function mayRelease(draft: Draft): boolean {
  const { s, now } = draft;
  const leasesOver = [...s.departed.values()].every((departed) => departed.until <= now);
  const clientsTold = s.stickyWaitUntil === null || s.stickyWaitUntil <= now;
  return isSettled(s) && leasesOver && clientsTold && now >= s.quietUntil && now >= votesFreeAt(s);
}

/** Advances release -> take as far as kernel, leases of the departed and the other members allow. */
export function progress(draft: Draft): void {
  const { s } = draft;
  if (!s.view) return;
  if (s.phase === "received" && mayRelease(draft)) {
    s.phase = "released";
    s.stickyWaitUntil = null;
    // The exceptions go out before the word that we have released, so the gainers have them when they take.
    announce(draft, true);
    draft.urgent = true;
  }
  deduceOrder(draft);
  if (s.phase === "released" && s.view.order !== "release") takeOver(draft, s.view);
  deduceOrder(draft);
  if (s.view.order === "stable" && s.phase === "applied" && s.history[0]?.endedAt === null) {
    noteStable(s, s.view);
    closeRecord(draft);
  }
}

function takeOver(draft: Draft, view: EpochView): void {
  const { s } = draft;
  const held = policyFor(s, view.policyDigest);
  if (!held) return;
  // Clients of others stay with them, if we know who they are; bounded, for a host may die while it tells us.
  s.takingSince ??= draft.now;
  if (lacksExceptions(s) && draft.now < s.takingSince + 2 * timing(s).detectMs) return;
  usePolicy(draft, held);
  if (s.kernel.taken !== s.distribution) gatherElsewhere(draft, true);
  take(draft, s.distribution, view.defaultHost === self(s).hostId);
  install(draft);
  if (!isSettled(s)) return;
  s.phase = "applied";
  noteApplied(s, view);
  draft.urgent = true;
}

/** Leaves the present epoch at once: own nothing, keep the open connections, ask to be let in again. */
export function giveUp(draft: Draft, why: string): void {
  const { s, now } = draft;
  log(draft, "warn", `giving up all buckets: ${why}`);
  noteDeparted(draft, []);
  s.stage = "joining";
  s.stageSince = now;
  if (s.view && s.view.order !== "release") s.committed = s.distribution;
  s.view = null;
  s.phase = null;
  s.incoming = [];
  s.sending = null;
  s.stickyWaitUntil = null;
  // Not revived by whatever comes next, before the kernel has confirmed that it owns nothing.
  s.kernel.leaseUntil = 0;
  release(draft, null);
  install(draft);
  draft.urgent = true;
}

/** Partition policy `majority`: whoever is cut off from the majority owns nothing. */
export function mindMajority(draft: Draft): void {
  const { s, now } = draft;
  const { view } = s;
  if (s.stage !== "member" || !view) return;
  const me = self(s);
  // Who is in an epoch without us is not with us, unless it has not heard of ours yet.
  const elsewhere = (beat: Beat) =>
    beat.view !== null && !includes(beat.view.members, me) && !isNewer(view.epoch, beat.view.epoch);
  const present = livePeers(s, now).filter(({ beat }) => !elsewhere(beat));
  const voters = [me, ...present.map(({ beat }) => beat)];
  if (mayGoOn(s, voters)) return;
  const names = missingVoters(s, voters);
  giveUp(draft, `there is no majority without ${names.join(", ")}`);
  s.majorityMissing = names;
}

function noteClash(draft: Draft, mine: EpochView, beat: Beat): void {
  const { s, now } = draft;
  if (!beat.view) return;
  const sideOf = (view: EpochView) => ({
    epoch: epochText(view.epoch),
    members: view.members.map(({ hostId }) => hostId),
  });
  const clash = { node: beat.node, theirs: sideOf(beat.view), mine: sideOf(mine), at: now };
  const isNews = !s.clashes.some(({ node }) => node === beat.node);
  s.clashes = [...s.clashes.filter(({ node }) => node !== beat.node), clash];
  // Whoever gives way says first what it gives up, or the other side would never learn that there were two.
  if (isNews) emitBeat(draft);
}

/** On hearing a host of an epoch without us: either it is behind, or it gives way, or we do. */
export function meetForeign(draft: Draft, beat: Beat): void {
  const { s } = draft;
  if (!s.view || !beat.view || includes(beat.view.members, self(s))) return;
  const lagging = isNewer(s.view.epoch, beat.view.epoch) && includes(s.view.members, beat);
  if (lagging) return;
  noteClash(draft, s.view, beat);
  if (!mustGiveWay(s.view, beat.view)) return;
  const { hostId, incarnation } = beat;
  s.gaveWay = { to: { hostId, incarnation }, until: draft.now + 2 * timing(s).detectMs };
  giveUp(
    draft,
    `${beat.node} serves in epoch ${epochText(beat.view.epoch)} without this host, in ${epochText(s.view.epoch)}`,
  );
}
