/**
 * The kernel lease: how long new flows may be accepted without another word from this agent. It is granted by the
 * peers' acknowledgements, so it always ends before any of them can have taken our buckets, even when only our
 * sending fails.
 */
import { isSettled } from "../convergence/kernel.ts";
import type { EpochView, MemberId } from "../convergence/messages.ts";
import { type Draft, includes, memberKey, self, timing, type WlbsState } from "../convergence/state.ts";
import { sameView } from "../membership/epoch.ts";
import { mayGoOn } from "../membership/majority.ts";

/** Members that are not silent, this host included. */
function audible(s: WlbsState, now: number): MemberId[] {
  const { silenceMs } = timing(s);
  const heard = (s.view?.members ?? []).filter((member) => {
    const peer = s.peers.get(memberKey(member));
    return peer !== undefined && now - Math.max(peer.heardAt, s.awakeSince) < silenceMs;
  });
  return [...heard, self(s)];
}

/**
 * Do we hear all members, and are they in our epoch? Only then does a word of theirs revive a lease that has run out. The
 * silence of one does not: it may be serving our buckets already, and will be counted as lost soon, if it is.
 */
function isUnanimous(s: WlbsState, view: EpochView, heard: readonly MemberId[]): boolean {
  return view.members.every((member) => {
    if (includes([self(s)], member)) return true;
    const theirs = s.peers.get(memberKey(member))?.beat.view;
    return includes(heard, member) && theirs && sameView(view, theirs);
  });
}

/** May a lease that has run out begin anew? Somebody who is ahead of us or has left, or whom we do not hear, may have our buckets. */
function mayBegin(s: WlbsState, view: EpochView, now: number): boolean {
  for (const { wasMember } of s.departed.values()) if (wasMember) return false;
  return isUnanimous(s, view, audible(s, now));
}

/** How a lease is asked for. */
export interface LeaseWish {
  /** Our beat goes out together with the lease. */
  withBeat?: boolean;
  /** A lease that ends before this is of no use: how long exactly it could last is not worked out then. */
  atLeast?: number;
}

/**
 * Latest moment until which the kernel may accept new flows; not after `now` when we may own nothing, and any moment
 * before `atLeast` when it is earlier than that.
 * A member that we still hear binds us to the newest beat of ours that it has acknowledged: it counts our silence
 * from there. So does one that has just left for an epoch of its own and may have taken our buckets there. A member
 * that has fallen silent is dying or cut off and binds nobody, or every death would interrupt the survivors too;
 * unless the rest is no majority where one is needed: then it may be we who are cut off.
 */
export function leaseUntil(s: WlbsState, now: number, wish: LeaseWish = {}): number {
  const { withBeat = false, atLeast = Number.NEGATIVE_INFINITY } = wish;
  if (s.stage !== "member" || !s.view) return 0;
  if (s.kernel.leaseUntil <= now && !mayBegin(s, s.view, now)) return 0;
  const { leaseMs, silenceMs } = timing(s);
  // Whoever hears us counts our silence from our own last beat at the latest, and we may stand still from now on.
  const saidAt = withBeat ? now : (s.sent.at(-1)?.at ?? Number.NEGATIVE_INFINITY);
  let until = saidAt + leaseMs;
  let ofSilent = until;
  for (const member of binding(s, s.view)) {
    const peer = s.peers.get(memberKey(member));
    if (!peer) continue;
    const bound = (peer.ackedSendAt ?? Number.NEGATIVE_INFINITY) + leaseMs;
    const isSilent = now - Math.max(peer.heardAt, s.awakeSince) >= silenceMs;
    if (isSilent) ofSilent = Math.min(ofSilent, bound);
    else until = Math.min(until, bound);
    if (until < atLeast) return until;
  }
  return ofSilent < until && !mayGoOn(s, audible(s, now)) ? ofSilent : until;
}

/** Whoever may have taken our buckets when it hears us no longer. */
function* binding(s: WlbsState, view: EpochView): Iterable<MemberId> {
  yield* view.members;
  for (const departed of s.departed.values()) if (departed.wasMember) yield departed;
}

/**
 * Renews the lease with every beat, and between beats when it has become short; but never while it is unknown what
 * the kernel does, as it would then take flows for buckets that we have given away.
 */
export function renewLease(draft: Draft, withBeat: boolean): void {
  const { s, now } = draft;
  if (s.stage !== "member" || !isSettled(s)) return;
  const { periodMs } = timing(s);
  if (!withBeat && s.kernel.leaseUntil - now >= 1.5 * periodMs) return;
  const after = s.kernel.leaseUntil + (withBeat ? 0 : periodMs / 4);
  const until = leaseUntil(s, now, { withBeat, atLeast: after });
  if (until <= now || until <= after) return;
  s.kernel.leaseUntil = until;
  draft.effects.push({ kind: "renewLease", leaseUntil: until });
}
