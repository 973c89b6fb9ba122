/**
 * Who should be in the cluster, and why somebody is not. The reasons are the texts that the admin reads
 * (DOMAIN 1.7): every one names the host and the difference.
 */
import type { Beat, MemberId } from "../convergence/messages.ts";
import {
  type Draft,
  includes,
  memberKey,
  type Peer,
  self,
  timing,
  type WlbsState,
} from "../convergence/state.ts";
import type { Taker } from "../table/shares.ts";
import { isNewer } from "./epoch.ts";
import { flagsOf, ownFlags } from "./flags.ts";
import { hears, hearsUs, livePeers } from "./hearing.ts";

export interface Candidate extends MemberId, Taker {
  node: string;
  policyDigest: string;
  isMember: boolean;
  /** Null for this host itself. */
  beat: Beat | null;
}

/** How `policyDigest` differs from ours, for people. */
export function policyDifference(s: WlbsState, beat: Beat): string {
  const ours = s.newest;
  const rules = ours?.policy.rules.length;
  if (ours && rules !== beat.ruleCount) {
    return `${beat.node} has ${beat.ruleCount} port rules and ${s.node} has ${rules}`;
  }
  return `${beat.node} has policy ${beat.policyDigest.slice(0, 8)} and ${s.node} has ${ours?.digest.slice(0, 8)}`;
}

/** Another life under the same host ID that is heard now; a member of our epoch comes first. */
export function duplicateOf(s: WlbsState, now: number, member: MemberId): Beat | null {
  const others = livePeers(s, now).filter(
    ({ beat }) => beat.hostId === member.hostId && beat.incarnation !== member.incarnation,
  );
  return others.find(({ beat }) => beat.stage !== "leaving")?.beat ?? null;
}

/** Null = may stay. Reasons that end a membership. */
function whyNotStay(s: WlbsState, peer: Peer, now: number): string | null {
  const { beat } = peer;
  if (beat.stage === "leaving") return `${beat.node} is leaving`;
  if (!beat.linkUp && beat.view === null) return `${beat.node} has no link on its cluster interface`;
  if (beat.stage === "failed") return `the kernel of ${beat.node} refuses its data plane`;
  if ((s.shunned.get(memberKey(beat))?.until ?? 0) > now)
    return `${beat.node} did not follow the last redistribution`;
  if (beat.view && !includes(beat.view.members, self(s))) {
    const lagging = s.view && isNewer(s.view.epoch, beat.view.epoch) && includes(s.view.members, beat);
    if (!lagging) return `${beat.node} still belongs to another part of the cluster`;
  }
  return null;
}

/** Null = may come in. Reasons against a newcomer, DOMAIN 1.7. */
function whyNotJoin(s: WlbsState, peer: Peer, now: number): string | null {
  const { beat } = peer;
  const row = s.newest?.policy.hosts.find((host) => host.hostId === beat.hostId);
  const inForce = s.view?.policyDigest ?? s.newest?.digest;
  const duplicate = duplicateOf(s, now, beat);
  if (beat.hostId === s.me?.hostId) return `host ID ${beat.hostId} of ${beat.node} is used by ${s.node} too`;
  if (duplicate) return `host ID ${beat.hostId} is used by ${beat.node} and by ${duplicate.node}`;
  if (beat.policyDigest !== inForce) return `${policyDifference(s, beat)}; apply one plan to all hosts`;
  if (row?.node !== beat.node) return `the policy does not name ${beat.node} as host ${beat.hostId}`;
  const whyNot = whyNotStay(s, peer, now);
  return whyNot ?? (beat.ready ? null : `${beat.node} is preparing its data plane`);
}

/** Null = welcome. */
export function whyNot(s: WlbsState, peer: Peer, now: number): string | null {
  const isMember = s.view !== null && includes(s.view.members, peer.beat);
  return isMember ? whyNotStay(s, peer, now) : whyNotJoin(s, peer, now);
}

function selfCandidate(s: WlbsState): Candidate {
  const digest = s.newest?.digest ?? "";
  const draining = s.run === "draining";
  return {
    ...self(s),
    ...ownFlags(s),
    node: s.node,
    draining,
    policyDigest: digest,
    isMember: s.view !== null,
    beat: null,
  };
}

/** Who hears whom, by host ID: in a full cluster a thousand pairs are asked for. */
interface Ear {
  candidate: Candidate;
  /** Incarnation that its beat acknowledges, by host ID; the last one where two hosts use one ID. */
  heard: readonly (number | undefined)[];
  hearsUs: boolean;
  /** Unheard for so long that it is probably dying. */
  isSilent: boolean;
}

function isSilent(s: WlbsState, { hostId, incarnation }: MemberId, now: number): boolean {
  const peer = s.peers.get(memberKey({ hostId, incarnation }));
  return peer !== undefined && now - Math.max(peer.heardAt, s.awakeSince) >= timing(s).silenceMs;
}

function earOf(s: WlbsState, candidate: Candidate, now: number): Ear {
  const { beat } = candidate;
  const heard: (number | undefined)[] = [];
  for (const ack of beat?.acks ?? []) heard[ack.hostId] = ack.incarnation;
  const ofUs = beat !== null && hearsUs(s, beat);
  return { candidate, heard, hearsUs: ofUs, isSilent: isSilent(s, candidate, now) };
}

/** What we hear ourselves is a candidate already. */
function isHeardBy(a: Ear, { candidate: b }: Ear): boolean {
  const { beat } = a.candidate;
  if (!beat) return true;
  if (!b.beat) return a.hearsUs;
  return a.heard[b.hostId] === b.incarnation || hears(beat, b);
}

/**
 * All members must hear each other: one that does not could neither trust its lease nor see a handover. Leaves out
 * the host with the most broken pairs; between equals the one that is silent (others may have noticed a little earlier that
 * it is gone, and say that they do not hear it), then the newcomer, then the higher ID.
 */
function fullMesh(all: readonly Ear[]): readonly Ear[] {
  const mutual = (a: Ear, b: Ear): boolean => isHeardBy(a, b) && isHeardBy(b, a);
  const ranked = all
    .filter(({ candidate }) => candidate.beat !== null)
    .map((a) => ({ a, broken: all.filter((b) => a !== b && !mutual(a, b)).length }))
    .sort(
      (x, y) =>
        y.broken - x.broken ||
        Number(y.a.isSilent) - Number(x.a.isSilent) ||
        Number(x.a.candidate.isMember) - Number(y.a.candidate.isMember) ||
        y.a.candidate.hostId - x.a.candidate.hostId,
    );
  const worst = ranked[0];
  if (!worst || worst.broken === 0) return all;
  return fullMesh(all.filter((ear) => ear !== worst.a));
}

/** The members that the cluster should have now as this host sees it, itself included, sorted by host ID. */
export function candidates(s: WlbsState, now: number): Candidate[] {
  const peers = livePeers(s, now).filter((peer) => whyNot(s, peer, now) === null);
  const found = peers.map(({ beat }) => ({
    hostId: beat.hostId,
    incarnation: beat.incarnation,
    node: beat.node,
    ...flagsOf(s, beat),
    draining: beat.draining,
    policyDigest: beat.policyDigest,
    isMember: s.view !== null && includes(s.view.members, beat),
    beat,
  }));
  const ears = [selfCandidate(s), ...found].map((candidate) => earOf(s, candidate, now));
  return fullMesh(ears)
    .map(({ candidate }) => candidate)
    .sort((a, b) => a.hostId - b.hostId);
}

/** For the coordinator's cause text: newcomers that are heard but not let in, with the reason. */
export function refusedNewcomers(s: WlbsState, now: number): string[] {
  const outside = livePeers(s, now).filter(
    ({ beat }) => !(s.view && includes(s.view.members, beat)) && beat.stage !== "leaving",
  );
  return outside.map((peer) => whyNot(s, peer, now)).filter((why) => why !== null);
}

/**
 * Leaves members out of the next epochs: they have beaten all the time, but not followed. Not for long the first time,
 * since bad weather may have been the reason, and for longer each time after.
 */
export function shun(draft: Draft, members: readonly MemberId[]): void {
  for (const member of members) {
    const key = memberKey(member);
    const node = draft.s.peers.get(key)?.beat.node ?? `host ${member.hostId}`;
    const times = (draft.s.shunned.get(key)?.times ?? 0) + 1;
    const shunMs = Math.min(SHUN_MS_MAX, timing(draft.s).detectMs * 2 ** (times + 1));
    draft.s.shunned.set(key, { until: draft.now + shunMs, node, times });
  }
}

const SHUN_MS_MAX = 30_000;
