/**
 * Who is heard, who hears us, and what our own beat says about it.
 */
import type { Ack, Beat, MemberId } from "../convergence/messages.ts";
import {
  type Draft,
  includes,
  MARK,
  memberKey,
  type Peer,
  self,
  timing,
  type WlbsState,
} from "../convergence/state.ts";
import { isNewer, sameView } from "./epoch.ts";

/** Peers heard within the detection time, sorted by host ID. */
export function livePeers(s: WlbsState, now: number): Peer[] {
  const { detectMs } = timing(s);
  return [...s.peers.values()]
    .filter((peer) => now - peer.heardAt < detectMs)
    .sort((a, b) => a.beat.hostId - b.beat.hostId || a.beat.incarnation - b.beat.incarnation);
}

/** Does the sender of `beat` report hearing `member`? */
export function hears(beat: Beat, member: MemberId): boolean {
  return includes(beat.acks, member);
}

/** Does the sender of `beat` hear us, and say so to us as we are now? */
export function hearsUs(s: WlbsState, beat: Beat): boolean {
  const { hostId, incarnation } = self(s);
  return beat.acks.some((a) => a.hostId === hostId && a.incarnation === incarnation && a.seq >= s.freshSeq);
}

/**
 * May our beats acknowledge this peer? A host that still serves but is no member of our epoch must not be able to
 * renew its lease on our word. A host that is ahead of us in an epoch which we are about to follow may: it takes
 * nothing before we have released.
 */
function acknowledges(s: WlbsState, beat: Beat): boolean {
  if (!s.view || beat.view === null || includes(s.view.members, beat)) return true;
  return includes(beat.view.members, self(s)) && isNewer(beat.view.epoch, s.view.epoch);
}

/** Does `b` say anything that `a` did not, apart from its number? */
function saysMore(a: Beat, b: Beat): boolean {
  const flat = (beat: Beat) => [beat.stage, beat.draining, beat.clear, beat.phase, beat.policyDigest].join();
  if (flat(a) !== flat(b) || a.view?.order !== b.view?.order || a.acks.length !== b.acks.length) return true;
  if (a.view && b.view && !sameView(a.view, b.view)) return true;
  return !b.acks.every(
    (ack, i) => a.acks[i]?.hostId === ack.hostId && a.acks[i]?.incarnation === ack.incarnation,
  );
}

/** Takes note of a beat. Returns false when it is older than one that was heard already (reordered, duplicated). */
export function hear(draft: Draft, beat: Beat): boolean {
  const { s, now } = draft;
  const key = memberKey(beat);
  const known = s.peers.get(key);
  if (known && beat.seq <= known.beat.seq) return false;
  if (!known || saysMore(known.beat, beat)) draft.stirred = true;
  s.peers.set(key, {
    beat,
    heardAt: now,
    ackedSendAt: ackedSendAt(s, beat) ?? known?.ackedSendAt ?? null,
    acknowledgedAt: acknowledges(s, beat) ? now : (known?.acknowledgedAt ?? Number.NEGATIVE_INFINITY),
  });
  if (beat.view) {
    s.maxCounter = Math.max(s.maxCounter, beat.view.epoch.counter);
    s.establishedAt = now;
  }
  return true;
}

function ackedSendAt(s: WlbsState, beat: Beat): number | null {
  const ack = beat.acks.find((a) => a.hostId === s.me?.hostId && a.incarnation === s.incarnation);
  return s.sent.find((sent) => sent.seq === ack?.seq)?.at ?? null;
}

/** Forgets hosts that have been silent so long that nothing can depend on them any more. */
export function forgetSilent(draft: Draft): void {
  const { s, now } = draft;
  const keepMs = 4 * timing(s).detectMs;
  for (const [key, peer] of s.peers) if (now - peer.heardAt > keepMs) s.peers.delete(key);
  for (const [key, departed] of s.departed) if (departed.until <= now) s.departed.delete(key);
  for (const [key, shun] of s.shunned) if (shun.until <= now) s.shunned.delete(key);
}

function acks(s: WlbsState, now: number): Ack[] {
  return livePeers(s, now)
    .filter((peer) => acknowledges(s, peer.beat) && peer.beat.stage !== "leaving")
    .map(({ beat: { hostId, incarnation, seq } }) => ({ hostId, incarnation, seq }));
}

/** Our own beat, ready but for its number. */
export function composeBeat(s: WlbsState, now: number): Omit<Beat, "seq"> {
  if (!s.newest || s.stage === "stopped") throw new Error("a stopped host does not beat");
  return {
    kind: "beat",
    cluster: s.newest.policy.cluster,
    node: s.node,
    ...self(s),
    stage: s.stage,
    draining: s.run === "draining",
    clear: !s.kernel.present && s.kernel.confirmed === s.kernel.asked,
    policyDigest: s.newest.digest,
    ruleCount: s.newest.policy.rules.length,
    view: s.stage === "member" ? s.view : null,
    phase: s.stage === "member" ? s.phase : null,
    acks: acks(s, now),
    ownedCount: s.kernel.marks.reduce((count, mark) => count + (mark === MARK.owned ? 1 : 0), 0),
  };
}
