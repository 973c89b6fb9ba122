/**
 * The kernel lease: how long new flows may be accepted without another word from this agent. It is granted by the
 * peers' acknowledgements, so it always ends before any of them can have taken our buckets, even when only our
 * sending fails.
 */
import { isSettled } from "../convergence/kernel.ts";
import type { MemberId } from "../convergence/messages.ts";
import { type Draft, memberKey, self, timing, type WlbsState } from "../convergence/state.ts";
import { mayGoOn } from "../membership/majority.ts";

/** Members that are not silent, this host included. */
function audible(s: WlbsState, now: number): MemberId[] {
  const { silenceMs } = timing(s);
  const heard = (s.view?.members ?? []).filter((member) => {
    const peer = s.peers.get(memberKey(member));
    return peer !== undefined && now - peer.heardAt < silenceMs;
  });
  return [...heard, self(s)];
}

/**
 * Latest moment until which the kernel may accept new flows; not after `now` when we may own nothing.
 * A member that we still hear binds us to the newest beat of ours that it has acknowledged: it counts our silence
 * from there. So does one that has just left for an epoch of its own and may have taken our buckets there. A member
 * that has fallen silent is dying or cut off and binds nobody, or every death would interrupt the survivors too;
 * unless the rest is no majority where one is needed: then it may be we who are cut off.
 */
export function leaseUntil(s: WlbsState, now: number): number {
  if (s.stage !== "member" || !s.view) return 0;
  const { leaseMs, silenceMs } = timing(s);
  const silentBind = !mayGoOn(s, audible(s, now));
  let until = now + leaseMs;
  for (const member of [...s.view.members, ...s.departed.values()]) {
    const peer = s.peers.get(memberKey(member));
    if (!peer || (!silentBind && now - peer.heardAt >= silenceMs)) continue;
    until = Math.min(until, (peer.ackedSendAt ?? Number.NEGATIVE_INFINITY) + leaseMs);
  }
  return until;
}

/**
 * Renews the lease with every beat, and between beats when it has become short; but never while it is unknown what
 * the kernel does, as it would then take flows for buckets that we have given away.
 */
export function renewLease(draft: Draft, withBeat: boolean): void {
  const { s, now } = draft;
  if (s.stage !== "member" || !isSettled(s)) return;
  const { periodMs } = timing(s);
  const until = leaseUntil(s, now);
  if (until <= now || until <= s.kernel.leaseUntil) return;
  const short = s.kernel.leaseUntil - now < 1.5 * periodMs;
  if (!withBeat && !(short && until - s.kernel.leaseUntil > periodMs / 4)) return;
  s.kernel.leaseUntil = until;
  draft.effects.push({ kind: "renewLease", leaseUntil: until });
}
