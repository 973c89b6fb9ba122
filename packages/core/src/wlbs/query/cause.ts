/**
 * Why a host is not converged, in words: what is awaited, and from whom. "Converging with itself, cause hidden" is
 * the third most frequent complaint about the original (DOMAIN 4), so no state is without a cause.
 */
import type { MemberId } from "../convergence/messages.ts";
import { includes, memberKey, nodeOf, self, timing, type WlbsState } from "../convergence/state.ts";
import { coordinatorId, missing } from "../membership/coordinate.ts";
import { duplicateOf, policyDifference, refusedNewcomers } from "../membership/eligible.ts";
import { hearsUs, livePeers } from "../membership/hearing.ts";

function names(s: WlbsState, members: readonly MemberId[]): string {
  return members.map((member) => nodeOf(s, member.hostId)).join(", ");
}

function whyFailed(s: WlbsState, now: number): string {
  const waitS = Math.max(0, Math.ceil(((s.fault?.retryAt ?? now) - now) / 1000));
  return `the kernel refused the data plane: ${s.fault?.message}; next try in ${waitS} s`;
}

/** Why an established cluster that is heard has not let this host in. DOMAIN 1.7. */
function whyOutside(s: WlbsState, now: number): string | null {
  const members = livePeers(s, now).filter(({ beat }) => beat.view !== null);
  const first = members[0];
  if (!first) return null;
  const different = members.find(({ beat }) => beat.view?.policyDigest !== s.newest?.digest);
  if (different) return `not admitted: ${policyDifference(s, different.beat)}; apply one plan to all hosts`;
  const deaf = members.find(({ beat }) => !hearsUs(s, beat));
  if (deaf) return `${deaf.beat.node} does not hear this host; check the network between the two`;
  const unheard = (first.beat.view?.members ?? []).filter(
    (m) => m.hostId !== s.me?.hostId && !members.some(({ beat }) => includes([beat], m)),
  );
  if (unheard.length > 0)
    return `this host does not hear ${names(s, unheard)}; check the network between them`;
  return `waiting for ${nodeOf(s, first.beat.view?.epoch.coordinator ?? 0)} to admit this host`;
}

/** Hosts without a name here are those of a past that this host did not see. */
function whyNoMajority(missing: readonly string[]): string {
  const whose = missing.length === 0 ? "hosts that are needed" : missing.join(", ");
  return `this part of the cluster has no majority; ${whose} cannot be heard`;
}

function whyJoining(s: WlbsState, now: number): string {
  if (s.link && !s.link.up) return `${s.me?.interface} has no link (media disconnected)`;
  if (s.majorityMissing) return whyNoMajority(s.majorityMissing);
  const duplicate = duplicateOf(s, now, self(s));
  if (duplicate)
    return `host ID ${duplicate.hostId} is used by ${duplicate.node} too; give this host another one`;
  const outside = whyOutside(s, now);
  if (outside) return outside;
  const lower = livePeers(s, now).find(({ beat }) => beat.hostId < self(s).hostId);
  if (lower) return `waiting for ${lower.beat.node} to form the cluster`;
  const leftMs = Math.max(0, s.stageSince + timing(s).detectMs - now);
  return `listening for other hosts for another ${Math.round(leftMs)} ms before forming a cluster`;
}

function whyConverging(s: WlbsState, now: number): string {
  if (s.view?.order === "commit")
    return `waiting for ${names(s, missing(s, "applied"))} to take over buckets`;
  const late = missing(s, "released");
  const departed = [...s.departed.values()].filter((d) => d.until > now);
  const onlyLeases =
    departed.length > 0 && late.every((m) => m.hostId === s.me?.hostId || s.peers.has(memberKey(m)));
  if (onlyLeases) {
    const leftMs = Math.max(...departed.map((d) => d.until - now));
    return `waiting until the kernel lease of ${departed.map((d) => d.node).join(", ")} has run out (${Math.round(leftMs)} ms)`;
  }
  if (late.length > 0) return `waiting for ${names(s, late)} to release buckets`;
  return `waiting for ${nodeOf(s, coordinatorId(s, now) ?? 0)} to go on`;
}

/** Converged, but there is something that the admin should know. */
function remark(s: WlbsState, now: number): string | null {
  const refused = refusedNewcomers(s, now);
  if (refused.length > 0) return `not admitted: ${refused.join("; ")}`;
  if (s.newest?.digest === s.view?.policyDigest) return null;
  const behind = livePeers(s, now).filter(({ beat }) => beat.policyDigest !== s.newest?.digest);
  return `the new policy comes into force when ${behind.map(({ beat }) => beat.node).join(", ")} has it too`;
}

function whyDraining(s: WlbsState): string {
  const count = s.open === null ? "the open connections" : `${s.open.count} open connections`;
  const deadline = s.drain?.deadline ?? null;
  const cut = deadline === null ? "" : `, at the latest until ${new Date(deadline).toISOString()}`;
  return `waiting for ${count} to end${cut}`;
}

/** Null only when the host is converged and nothing is odd. */
export function cause(s: WlbsState, now: number): string | null {
  if (s.run === "suspended") return "suspended: it obeys resume and query only";
  if (s.stage === "stopped" || s.stage === "leaving" || !s.newest || !s.me) return s.stopReason;
  if (s.stage === "failed") return whyFailed(s, now);
  if (s.stage === "joining") return whyJoining(s, now);
  if (s.view?.order !== "stable" || s.phase !== "applied") return whyConverging(s, now);
  if (s.run === "draining") return whyDraining(s);
  return remark(s, now);
}
