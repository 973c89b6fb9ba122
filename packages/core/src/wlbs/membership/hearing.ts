/**
 * Who is heard, who hears us, and what our own beat says about it.
 */
import { isSettled } from "../convergence/kernel.ts";
import type { Ack, Beat, MemberId, WlbsMessage } from "../convergence/messages.ts";
import {
  type Draft,
  includes,
  memberKey,
  type Peer,
  self,
  timing,
  type WlbsState,
} from "../convergence/state.ts";
import { firstArrival, nextArrival } from "./arrivals.ts";
import { isNewer, sameView } from "./epoch.ts";
import { ownMasks } from "./flags.ts";

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
 * nothing before we have released. While we keep away from a part of the cluster, it had better not count on us.
 */
function acknowledges(s: WlbsState, beat: Beat, now: number): boolean {
  const { gaveWay } = s;
  if (!s.view && gaveWay && now < gaveWay.until && beat.view) return includes(beat.view.members, gaveWay.to);
  if (!s.view || beat.view === null || includes(s.view.members, beat)) return true;
  return includes(beat.view.members, self(s)) && isNewer(beat.view.epoch, s.view.epoch);
}

const SAID: readonly (keyof Beat)[] = [
  "stage",
  "draining",
  "clear",
  "ready",
  "linkUp",
  "phase",
  "policyDigest",
  "closed",
  "failing",
  "exceptions",
  "mac",
];

/** Does `b` say anything that `a` did not, apart from its number? */
function saysMore(a: Beat, b: Beat): boolean {
  if (SAID.some((field) => a[field] !== b[field])) return true;
  if (a.view?.order !== b.view?.order || a.acks.length !== b.acks.length) return true;
  if (a.view && b.view && a.view !== b.view && !sameView(a.view, b.view)) return true;
  return !b.acks.every((ack, i) => isOfSame(a.acks[i], ack));
}

function isOfSame(a: Ack | undefined, b: Ack): boolean {
  return a === b || (a?.hostId === b.hostId && a.incarnation === b.incarnation);
}

/** Does the sender say that its kernel owns nothing any more? */
export function hasReleased(beat: Beat): boolean {
  return beat.stage === "leaving" ? beat.clear : beat.stage === "joining" && beat.ready;
}

function claimedAt(known: Peer | undefined, beat: Beat, leaseFrom: number): number {
  if (hasReleased(beat)) return Number.NEGATIVE_INFINITY;
  // It may have renewed its lease until just before it said for the first time that it is in no epoch.
  return known && known.beat.view === null && beat.view === null ? known.claimedAt : leaseFrom;
}

/** Remembers whose drain or rule states changed last: the next epoch will be on its account. */
function noteChange(s: WlbsState, before: Beat | undefined, beat: Beat): void {
  if (!before) return;
  if (before.draining !== beat.draining) s.lastChange = { hostId: beat.hostId, cause: "drain" };
  const sameSlots = before.view?.policyDigest === beat.view?.policyDigest;
  if (sameSlots && (before.closed !== beat.closed || before.failing !== beat.failing)) {
    s.lastChange = { hostId: beat.hostId, cause: "rule-state" };
  }
}

/** The later one: a host that stood still has credited its peers with more than what it reads then can show. */
function laterOf(known: Peer | undefined, heardAt: number): number {
  return Math.max(known?.heardAt ?? heardAt, heardAt);
}

/**
 * Counts a message that is no beat, of a host that is known. It acknowledges nothing, but its sender is not dying: it
 * goes on to bind our lease, and is not taken for lost.
 */
export function noteArrival({ s }: Draft, message: WlbsMessage, readAt: number): void {
  const peer = s.peers.get(memberKey(message));
  if (!peer) return;
  // One that was overtaken may have been sent long ago.
  const heardAt = message.seq > peer.arrivals.lastSeq ? laterOf(peer, readAt) : peer.heardAt;
  const arrivals = nextArrival(peer.arrivals, message.seq, null);
  s.peers.set(memberKey(message), { ...peer, heardAt, arrivals });
}

/**
 * Takes note of a beat that was read at `readAt`, which may be before the step. Returns false when it is older than one that was
 * heard already (reordered, duplicated).
 */
export function hear(draft: Draft, beat: Beat, readAt: number): boolean {
  const { s, now } = draft;
  const key = memberKey(beat);
  const known = s.peers.get(key);
  if (known && beat.seq <= known.beat.seq) return false;
  if (!known || saysMore(known.beat, beat)) draft.stirred = true;
  noteChange(s, known?.beat, beat);
  const heardAt = laterOf(known, readAt);
  // A host that stood still, or whose clock has jumped, does not know for how long the lease of the sender still lasts.
  const leaseFrom = s.awakeSince === now ? now : heardAt;
  const rhythm = known ? { sinceMs: heardAt - known.heardAt, periodMs: timing(s).periodMs } : null;
  const isAcknowledged = acknowledges(s, beat, now);
  const departed = s.departed.get(key);
  // We are about to follow it, or to leave it, but our word goes on to renew its lease meanwhile.
  if (isAcknowledged && departed && beat.view)
    s.departed.set(key, { ...departed, until: now + timing(s).detectMs });
  s.peers.set(key, {
    beat,
    heardAt,
    ackedSendAt: ackedSendAt(s, beat) ?? known?.ackedSendAt ?? null,
    claimedAt: claimedAt(known, beat, leaseFrom),
    acknowledgedAt: isAcknowledged ? leaseFrom : (known?.acknowledgedAt ?? Number.NEGATIVE_INFINITY),
    arrivals: known ? nextArrival(known.arrivals, beat.seq, rhythm) : firstArrival(beat.seq),
  });
  if (beat.view) {
    s.maxCounter = Math.max(s.maxCounter, beat.view.epoch.counter);
    s.establishedAt = heardAt;
  }
  return true;
}

function ackedSendAt(s: WlbsState, beat: Beat): number | null {
  const ack = beat.acks.find((a) => a.hostId === s.me?.hostId && a.incarnation === s.incarnation);
  // Mostly one of the last two.
  return (ack && s.sent.findLast(({ seq }) => seq === ack.seq)?.at) ?? null;
}

/** Clashes are shown for this long. */
const CLASH_MS = 60_000;
/** How many of our own beats are remembered to translate acknowledgements into times. */
const SENT_MAX = 64;
/** Who does not follow again within this time is left out for longer. */
const SHUN_MEMORY_MS = 300_000;

/** Forgets hosts that have been silent so long that nothing can depend on them any more. */
export function forgetSilent(draft: Draft): void {
  const { s, now } = draft;
  const keepMs = 4 * timing(s).detectMs;
  for (const [key, peer] of s.peers) if (now - peer.heardAt > keepMs) s.peers.delete(key);
  if (s.clashes.some(({ at }) => at <= now - CLASH_MS)) {
    s.clashes = s.clashes.filter(({ at }) => at > now - CLASH_MS);
  }
  for (const [key, departed] of s.departed) if (departed.until <= now) s.departed.delete(key);
  for (const [key, shun] of s.shunned) if (shun.until + SHUN_MEMORY_MS <= now) s.shunned.delete(key);
}

function acks(s: WlbsState, now: number): Ack[] {
  return livePeers(s, now)
    .filter((peer) => acknowledges(s, peer.beat, now) && peer.beat.stage !== "leaving")
    .map(({ beat: { hostId, incarnation, seq } }) => ({ hostId, incarnation, seq }));
}

/** Has this host been started just now, so that it hears first who is there? */
export function isListening(s: WlbsState, now: number): boolean {
  return s.stage === "joining" && now < s.listensUntil;
}

/** Is the plane in place, so that a redistribution need not wait for more than what it changes? */
export function isReady(s: WlbsState): boolean {
  return s.kernel.present && s.kernel.asked > 0 && isSettled(s);
}

/** Our own beat, ready but for its number. */
export function composeBeat(s: WlbsState, now: number): Omit<Beat, "seq"> {
  if (!s.newest || s.stage === "stopped") throw new Error("a stopped host does not beat");
  return {
    kind: "beat",
    cluster: s.newest.policy.cluster,
    node: s.node,
    ...self(s),
    mac: s.link?.mac ?? null,
    stage: s.stage,
    draining: s.run === "draining",
    clear: !s.kernel.present && s.kernel.confirmed === s.kernel.asked,
    ready: isReady(s),
    linkUp: s.link?.up !== false,
    policyDigest: s.newest.digest,
    ruleCount: s.newest.policy.rules.length,
    ...ownMasks(s),
    exceptions: s.announced.exceptions.version,
    view: s.stage === "member" ? s.view : null,
    phase: s.stage === "member" ? s.phase : null,
    acks: acks(s, now),
  };
}

/** Sends our beat now. */
export function emitBeat(draft: Draft): void {
  const { s, now } = draft;
  s.seq += 1;
  s.sent = [...s.sent.slice(1 - SENT_MAX), { seq: s.seq, at: now }];
  draft.effects.push({ kind: "send", message: { ...composeBeat(s, now), seq: s.seq } });
}
