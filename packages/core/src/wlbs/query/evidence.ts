/** What the machine knows, as the plain evidence that `diagnose` judges. */
import { self, timing, type WlbsState } from "../convergence/state.ts";
import { duplicateOf } from "../membership/eligible.ts";
import { hearsUs, livePeers } from "../membership/hearing.ts";
import { type Evidence, type HeardHost } from "./diagnose.ts";

/** Reasons that have been counted within the last minutes; older ones are history. */
function freshRejections({ rejected }: WlbsState): Evidence["rejected"] {
  const before = rejected.before[0]?.counts ?? {};
  return Object.entries(rejected.counts)
    .filter(([reason, count]) => count > (before[reason] ?? 0))
    .map(([reason, count]) => ({ reason, count, from: rejected.last[reason] ?? "an unknown address" }));
}

function heardHosts(s: WlbsState, now: number): HeardHost[] {
  const live = livePeers(s, now).filter(({ beat }) => beat.stage !== "leaving");
  return live.map(({ beat }) => {
    const isOurId = beat.hostId === s.me?.hostId;
    const double = isOurId ? s.node : (duplicateOf(s, now, beat)?.node ?? null);
    return {
      hostId: beat.hostId,
      node: beat.node,
      hearsMe: hearsUs(s, beat),
      policyDigest: beat.policyDigest,
      ruleCount: beat.ruleCount,
      isMember:
        s.view?.members.some((m) => m.hostId === beat.hostId && m.incarnation === beat.incarnation) ?? false,
      hears: beat.acks.map(({ hostId }) => hostId),
      sharesIdWith: double === beat.node ? null : double,
    };
  });
}

/** Null while the host is stopped or has no policy: there is nothing to judge. */
export function evidenceOf(s: WlbsState, now: number): Evidence | null {
  if (!s.newest || !s.me || s.stage === "stopped" || s.stage === "leaving") return null;
  return {
    now,
    node: s.node,
    hostId: self(s).hostId,
    policy: s.newest.policy,
    policyDigest: s.newest.digest,
    listenedMs: now - s.stageSince,
    detectMs: timing(s).detectMs,
    heard: heardHosts(s, now),
    rejected: freshRejections(s),
    link: s.link,
    kernelFault: s.fault?.message ?? null,
    claims: s.claims,
    probesHeardFrom: s.active?.policy.mode === "direct" ? null : s.probesHeardFrom,
    clashes: s.clashes,
    majorityMissing: s.majorityMissing,
  };
}
