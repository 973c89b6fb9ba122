/**
 * Every member's part of a redistribution: take over a proposed epoch, release, then take; and leave a cluster
 * that has to give way.
 */
import type { Beat, EpochView, Order, TablePart } from "../convergence/messages.ts";
import { PART_BUCKETS } from "../convergence/messages.ts";
import {
  type Draft,
  type Incoming,
  includes,
  isSettled,
  log,
  memberKey,
  self,
  timing,
  type WlbsState,
} from "../convergence/state.ts";
import { install, release, take } from "../plane/plane.ts";
import { mappingDigest } from "../policy.ts";
import { tableDigest } from "../table/digest.ts";
import { BUCKET_COUNT, type BucketTable } from "../types.ts";
import { epochText, isNewer, mustGiveWay, sameEpoch, sameView } from "./epoch.ts";
import { livePeers } from "./hearing.ts";

const PARTS = BUCKET_COUNT / PART_BUCKETS;
/** Two hosts that both believe to be coordinator send at the same time; more than that is over soon. */
const INCOMING_MAX = 4;
const ORDERS: readonly Order[] = ["release", "commit", "stable"];

/** The policy with this digest, if we hold it. */
function policyFor(s: WlbsState, digest: string): WlbsState["newest"] {
  return [s.newest, s.active].find((held) => held?.digest === digest) ?? null;
}

/** Members that are gone may serve until the lease that we have acknowledged runs out; remember until when. */
function noteDeparted(draft: Draft, view: EpochView): void {
  const { s, now } = draft;
  const gone = (s.view?.members ?? []).filter((m) => !includes(view.members, m) && !includes([self(s)], m));
  for (const member of gone) {
    const peer = s.peers.get(memberKey(member));
    if (!peer || (peer.beat.stage === "leaving" && peer.beat.clear)) continue;
    const until = peer.acknowledgedAt + timing(s).detectMs;
    if (until > now) s.departed.set(memberKey(member), { ...member, node: peer.beat.node, until });
  }
}

/** Enters the epoch `view` with its table: from now on own only what we own in both. */
export function adopt(draft: Draft, view: EpochView, table: BucketTable): void {
  const { s, now } = draft;
  const policy = policyFor(s, view.policyDigest);
  if (!policy) return;
  noteDeparted(draft, view);
  const sameMapping = s.active !== null && mappingDigest(s.active.policy) === mappingDigest(policy.policy);
  if (s.view === null || s.view.order === "stable") s.convergenceCount += 1;
  if (s.view === null) s.committed = table;
  else if (s.view.order !== "release") s.committed = s.table;
  s.active ??= policy;
  if (s.stage !== "member") s.stageSince = now;
  s.stage = "member";
  s.view = { ...view, order: "release" };
  s.viewSince = now;
  s.table = table;
  s.phase = "received";
  s.incoming = [];
  s.arrived = new Set();
  s.maxCounter = Math.max(s.maxCounter, view.epoch.counter);
  const { hostId } = self(s);
  release(draft, sameMapping ? table : null, { hostId, isDefault: view.defaultHost === hostId });
  install(draft);
  draft.urgent = true;
}

/** Collects the parts of a table that is newer than ours. */
export function collect(draft: Draft, part: TablePart): void {
  const { s } = draft;
  if (s.view && !isNewer(part.epoch, s.view.epoch)) return;
  if (part.part < 0 || part.part >= PARTS || part.owners.length !== PART_BUCKETS) return;
  const isThis = (i: Incoming) => sameEpoch(i.epoch, part.epoch) && i.tableDigest === part.tableDigest;
  const parts = [...(s.incoming.find(isThis)?.parts ?? Array.from({ length: PARTS }, () => null))];
  parts[part.part] = part.owners;
  const others = s.incoming.filter((i) => !isThis(i)).slice(1 - INCOMING_MAX);
  s.incoming = [...others, { epoch: part.epoch, tableDigest: part.tableDigest, parts }];
}

/** The collected table, when it is complete and the very one that `view` means. */
function collected(s: WlbsState, view: EpochView): BucketTable | null {
  const incoming = s.incoming.find(
    (i) => sameEpoch(i.epoch, view.epoch) && i.tableDigest === view.tableDigest,
  );
  if (!incoming) return null;
  const table = new Uint8Array(BUCKET_COUNT);
  for (const [i, part] of incoming.parts.entries()) {
    if (!part) return null;
    table.set(part, i * PART_BUCKETS);
  }
  return tableDigest(table) === view.tableDigest ? table : null;
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

/** Enters a newer epoch that some peer is in, once we have its table. */
export function followNewest(draft: Draft): void {
  const { s } = draft;
  if (s.incoming.length === 0 || (s.stage !== "joining" && s.stage !== "member")) return;
  for (const { beat } of s.peers.values()) {
    if (!beat.view || !includes(beat.view.members, self(s))) continue;
    if (s.view && !isNewer(beat.view.epoch, s.view.epoch)) continue;
    if (s.stage === "joining" && wouldLose(draft, beat.view)) continue;
    const table = collected(s, beat.view);
    if (table) return adopt(draft, beat.view, table);
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

/** A host that says its plane is gone need not be waited for. */
export function heedFarewell(draft: Draft, beat: Beat): void {
  if (beat.stage === "leaving" && beat.clear) draft.s.departed.delete(memberKey(beat));
}

/** Advances release -> take as far as kernel, leases of the departed and the coordinator's order allow. */
export function progress(draft: Draft): void {
  const { s, now } = draft;
  if (!s.view) return;
  const leasesOver = [...s.departed.values()].every((departed) => departed.until <= now);
  if (s.phase === "received" && isSettled(s) && leasesOver && now >= s.quietUntil) {
    s.phase = "released";
    draft.urgent = true;
  }
  if (s.phase === "released" && s.view.order !== "release") takeOver(draft, s.view);
}

function takeOver(draft: Draft, view: EpochView): void {
  const { s } = draft;
  const policy = policyFor(s, view.policyDigest);
  if (policy && policy.digest !== s.active?.digest) {
    s.active = policy;
    s.kernel.dirty = true;
  }
  const { hostId } = self(s);
  take(draft, s.table, { hostId, isDefault: view.defaultHost === hostId });
  install(draft);
  if (!isSettled(s)) return;
  s.phase = "applied";
  draft.urgent = true;
}

/** Leaves the present epoch at once: own nothing, keep the open connections, ask to be let in again. */
export function giveUp(draft: Draft, why: string): void {
  const { s, now } = draft;
  log(draft, "warn", `giving up all buckets: ${why}`);
  s.stage = "joining";
  s.stageSince = now;
  s.view = null;
  s.phase = null;
  s.incoming = [];
  release(draft, null, { hostId: self(s).hostId, isDefault: false });
  install(draft);
  draft.urgent = true;
}

/** On hearing a host of an epoch without us: either it is behind, or it gives way, or we do. */
export function meetForeign(draft: Draft, beat: Beat): void {
  const { s } = draft;
  if (!s.view || !beat.view || includes(beat.view.members, self(s))) return;
  const lagging = isNewer(s.view.epoch, beat.view.epoch) && includes(s.view.members, beat);
  if (lagging || !mustGiveWay(s.view, beat.view)) return;
  giveUp(
    draft,
    `${beat.node} serves in epoch ${epochText(beat.view.epoch)} without this host, in ${epochText(s.view.epoch)}`,
  );
}
