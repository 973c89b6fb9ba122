/** What a host makes of having stood still, or of a clock that has jumped: from here the two look the same. */
import { giveUp } from "../membership/follow.ts";
import { type Draft, timing, type WlbsState } from "./state.ts";

/**
 * Silence is evidence only while we were listening. After a short sleep (a busy machine) the peers get that time
 * credited; after one longer than the detection time we have been declared lost, and all we knew is stale.
 */
export function noticeSleep(draft: Draft): void {
  const { s, now } = draft;
  const slept = s.lastStepAt === null ? 0 : now - s.lastStepAt;
  s.lastStepAt = now;
  if (s.stage === "stopped" || !s.newest) return;
  const { periodMs, detectMs } = timing(s);
  const lateMs = s.dueAt === null ? 0 : now - s.dueAt;
  const overslept = lateMs > periodMs / 4;
  // Beats may be waiting in the socket: they must be read before anybody counts as silent.
  if (overslept) s.awakeSince = now;
  // Others may have taken our buckets when the lease ran out, and may have died since: no telling from here.
  const isAlone = (s.view?.members.length ?? 1) === 1;
  if (overslept && s.stage === "member" && !isAlone && s.kernel.leaseUntil <= now)
    return startOver(draft, slept);
  if (slept >= detectMs) return startOver(draft, slept);
  if (overslept) allowForSleep(s, lateMs);
  if (slept <= 1.5 * periodMs) return;
  const credit = slept - periodMs;
  // What waits in the socket is read after this step: nobody who was heard before is lost until then.
  const least = now - detectMs + periodMs / 2;
  for (const [key, peer] of s.peers) {
    const wasLive = now - slept - peer.heardAt < detectMs;
    const heardAt = peer.heardAt + credit;
    s.peers.set(key, { ...peer, heardAt: wasLive ? Math.max(heardAt, least) : heardAt });
  }
  if (s.establishedAt !== null) s.establishedAt += credit;
  if (s.stage === "joining") s.stageSince += credit;
}

function startOver(draft: Draft, sleptMs: number): void {
  const { s, now } = draft;
  allowForSleep(s, sleptMs);
  if (s.stage === "member") giveUp(draft, `this host stood still for ${Math.round(sleptMs)} ms`);
  if (s.stage === "joining") s.stageSince = now;
  waitForServing(s, now, sleptMs);
  s.freshSeq = s.seq + 1;
  s.peers = new Map();
  s.drains = new Map();
  s.exceptions = new Map();
  s.exceptionClients = new Map();
}

/**
 * Whoever served in an epoch of its own when it was heard last is forgotten with all the rest, but may serve still, beside the epoch that
 * this host enters next. It hears of that within a detection time, and its last lease ends within another one.
 */
function waitForServing(s: WlbsState, now: number, sleptMs: number): void {
  const { detectMs } = timing(s);
  for (const [key, { beat, heardAt }] of s.peers) {
    const wasLive = now - sleptMs - heardAt < detectMs;
    if (!beat.view || !wasLive || s.departed.has(key)) continue;
    const { hostId, incarnation, node } = beat;
    s.departed.set(key, { hostId, incarnation, node, until: now + 2 * detectMs, wasMember: false });
  }
}

/** Whether the leases of others ran on while this host stood still, or only its clock did, is not known: they may last so much longer. */
function allowForSleep(s: WlbsState, sleptMs: number): void {
  for (const [key, peer] of s.peers)
    s.peers.set(key, { ...peer, acknowledgedAt: peer.acknowledgedAt + sleptMs });
  for (const [key, departed] of s.departed)
    s.departed.set(key, { ...departed, until: departed.until + sleptMs });
}
