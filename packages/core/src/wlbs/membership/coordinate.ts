/**
 * The coordinator's part: decide who is in, propose the next epoch, and order release, commit, stable when all
 * members have followed. Every host runs this; it acts only on the one whose turn it is.
 */
import type { EpochView, MemberId, Phase, TablePart } from "../convergence/messages.ts";
import { PART_BUCKETS } from "../convergence/messages.ts";
import { type Draft, includes, log, memberKey, self, timing, type WlbsState } from "../convergence/state.ts";
import { assignBuckets } from "../table/assign.ts";
import { tableDigest } from "../table/digest.ts";
import type { BucketTable } from "../types.ts";
import { type Candidate, candidates, duplicateOf, shun } from "./eligible.ts";
import { epochText, isNewer, sameView } from "./epoch.ts";
import { adopt } from "./follow.ts";
import { livePeers } from "./hearing.ts";

/** Members of our epoch that have reached `phase` (or more), as their beats say. */
export function reached(s: WlbsState, member: MemberId, phase: Phase): boolean {
  const isSelf = member.hostId === s.me?.hostId && member.incarnation === s.incarnation;
  const beat = isSelf ? null : s.peers.get(memberKey(member))?.beat;
  const view = isSelf ? s.view : beat?.view;
  const at = isSelf ? s.phase : beat?.phase;
  if (!s.view || !view || !at || !sameView(view, s.view)) return false;
  const phases: readonly Phase[] = ["received", "released", "applied"];
  return phases.indexOf(at) >= phases.indexOf(phase);
}

/** Members of our epoch that have not reached `phase`. */
export function missing(s: WlbsState, phase: Phase): MemberId[] {
  return (s.view?.members ?? []).filter((member) => !reached(s, member, phase));
}

/** The proposer while its epoch is unfinished, then the lowest live member: "the default host" of DESIGN. */
export function coordinatorId(s: WlbsState, now: number): number | null {
  if (!s.view) return null;
  const members = s.view.members;
  const ids = livePeers(s, now).filter(({ beat }) => includes(members, beat) && beat.view !== null);
  const live = [self(s).hostId, ...ids.map(({ beat }) => beat.hostId)];
  if (s.view.order !== "stable" && live.includes(s.view.epoch.coordinator)) return s.view.epoch.coordinator;
  return Math.min(...live);
}

interface Wanted {
  members: Candidate[];
  policyDigest: string;
}

/** During a redistribution only losses count; newcomers and new policies wait until it is stable. */
function wanted(s: WlbsState, view: EpochView, now: number): Wanted {
  const all = candidates(s, now);
  if (view.order !== "stable")
    return { members: all.filter((c) => c.isMember), policyDigest: view.policyDigest };
  const newest = s.newest?.digest ?? view.policyDigest;
  const allHaveIt = all.filter((c) => c.isMember).every((c) => c.policyDigest === newest);
  return { members: all, policyDigest: allHaveIt ? newest : view.policyDigest };
}

function defaultHostOf(members: readonly Candidate[]): number {
  return members.find((member) => !member.draining)?.hostId ?? 0;
}

function nextTable(base: BucketTable, members: readonly Candidate[]): BucketTable {
  const shares = members.map(({ hostId, draining }) => ({ hostId, weight: draining ? 0 : 1 }));
  return assignBuckets(base, shares);
}

/** A member that had followed and then started over owns nothing any more; it needs an epoch to get its share back. */
function startedOver(s: WlbsState, member: Candidate): boolean {
  return member.beat !== null && member.beat.view === null && s.arrived.has(memberKey(member));
}

/** Some member is in a newer epoch whose proposer is gone: nobody else will finish it. */
function overtaken(s: WlbsState, view: EpochView, now: number): boolean {
  const live = livePeers(s, now);
  return live.some(({ beat }) => {
    if (!beat.view || !includes(view.members, beat) || !isNewer(beat.view.epoch, view.epoch)) return false;
    const proposer = beat.view.epoch.coordinator;
    return !live.some((peer) => peer.beat.hostId === proposer && peer.beat.view !== null);
  });
}

/** Why a new epoch is needed, or null. The text goes to the log. */
function whyNewEpoch(s: WlbsState, want: Wanted, now: number): string | null {
  const { view } = s;
  if (!view) return null;
  const lost = view.members.filter((member) => !includes(want.members, member));
  const joined = want.members.filter((member) => !member.isMember);
  if (lost.length > 0) return `${lost.map((m) => `host ${m.hostId}`).join(", ")} lost or leaving`;
  if (want.members.some((member) => startedOver(s, member))) return "a member started over";
  if (overtaken(s, view, now)) return "an epoch was left unfinished";
  if (view.order !== "stable")
    return view.epoch.coordinator === s.me?.hostId ? null : "the coordinator was lost";
  if (joined.length > 0) return `${joined.map((m) => m.node).join(", ")} joined`;
  if (want.policyDigest !== view.policyDigest)
    return `all hosts have policy ${want.policyDigest.slice(0, 8)}`;
  if (defaultHostOf(want.members) !== view.defaultHost) return "the default host changes";
  const changed = tableDigest(nextTable(s.table, want.members)) !== view.tableDigest;
  return changed ? "a host began or ended to drain" : null;
}

function propose(draft: Draft, want: Wanted, why: string): void {
  const { s } = draft;
  const me = self(s);
  const base = s.view && s.view.order !== "release" ? s.table : s.committed;
  const table = nextTable(base, want.members);
  const view: EpochView = {
    epoch: { counter: Math.max(s.maxCounter, s.view?.epoch.counter ?? 0) + 1, coordinator: me.hostId },
    members: want.members.map(({ hostId, incarnation }) => ({ hostId, incarnation })),
    defaultHost: defaultHostOf(want.members),
    tableDigest: tableDigest(table),
    policyDigest: want.policyDigest,
    order: "release",
  };
  const names = want.members.map((member) => member.node).join(", ");
  log(draft, "info", `proposing epoch ${epochText(view.epoch)} with ${names}: ${why}`);
  adopt(draft, view, table);
}

/** Orders the next phase when everybody is there. */
function advance(draft: Draft, view: EpochView): void {
  const { s, now } = draft;
  if (view.order === "stable") return;
  const late = missing(s, view.order === "release" ? "released" : "applied");
  if (late.length === 0) {
    s.view = { ...view, order: view.order === "release" ? "commit" : "stable" };
    draft.urgent = true;
  } else if (now - s.viewSince > timing(s).stuckMs) {
    shun(
      draft,
      late.filter((member) => member.hostId !== s.me?.hostId),
    );
  }
}

/** A host that hears nobody established for a whole detection time begins a cluster with those who wait as it does. */
function mayForm(s: WlbsState, now: number): boolean {
  const { detectMs, periodMs } = timing(s);
  const listened = now - s.stageSince;
  if (listened < detectMs || duplicateOf(s, now, self(s))) return false;
  // Two more periods: the last host of the old cluster may have renewed its lease after the last beat we got.
  if (s.establishedAt !== null && now - s.establishedAt < detectMs + 2 * periodMs) return false;
  const lower = livePeers(s, now).some(
    ({ beat }) => beat.stage === "joining" && beat.hostId < self(s).hostId,
  );
  return !lower || listened > 3 * detectMs;
}

/** Forms, proposes or orders, if it is this host's turn. */
export function coordinate(draft: Draft): void {
  const { s, now } = draft;
  if (s.stage === "joining" && s.newest && mayForm(s, now)) {
    // Whoever hears this proposal and serves already objects, or gives way, within a period.
    s.quietUntil = now + timing(s).periodMs;
    propose(
      draft,
      { members: candidates(s, now), policyDigest: s.newest.digest },
      "no other cluster is heard",
    );
  }
  if (s.stage !== "member" || !s.view || coordinatorId(s, now) !== s.me?.hostId) return;
  const want = wanted(s, s.view, now);
  const why = whyNewEpoch(s, want, now);
  if (why) propose(draft, want, why);
  else advance(draft, s.view);
}

/** The table of our own epoch in parts, while some member has not got it. */
export function partsToSend(s: WlbsState): Omit<TablePart, "seq">[] {
  const { view, table } = s;
  if (!view || view.epoch.coordinator !== s.me?.hostId || missing(s, "received").length === 0) return [];
  const count = table.length / PART_BUCKETS;
  return Array.from({ length: count }, (_, part) => ({
    kind: "table",
    cluster: s.newest?.policy.cluster ?? "",
    ...self(s),
    epoch: view.epoch,
    tableDigest: view.tableDigest,
    part,
    owners: table.slice(part * PART_BUCKETS, (part + 1) * PART_BUCKETS),
  }));
}
