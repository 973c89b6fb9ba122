/**
 * Evidence of why a failover happened, gathered while it goes on: what was seen a moment ago is gone in the next view.
 */
import type { MscsAct } from "./acts.ts";
import type { AlertEvent } from "./alerts.ts";
import type { Settled } from "./history-settled.ts";
import { nodeState } from "./history-steps.ts";
import type { MscsPolicy } from "./types.ts";
import type { ClusterView, GroupView } from "./view.ts";

export interface Evidence {
  /** An order that this node knows; `leaves`: the group leaves its owner by it, if it is carried out. */
  act: { verb: MscsAct["order"]["verb"]; by: string; leaves: boolean } | null;
  /** The owner is gone or unclean. */
  lost: boolean;
  /** Who fenced the owner; empty = fenced, by whom is not known. */
  fencedBy: string | null;
  /** What failed, a sentence. */
  failure: string | null;
  /** A resource would not go offline: that is what the engine fences a healthy node for. */
  stopFailed: boolean;
  /** Paused with drain: nothing stays there. */
  drained: boolean;
  noQuorum: boolean;
  /** The group was ordered offline. */
  ordered: boolean;
  halted: boolean;
  /** It was offline by order, or by its limit. */
  wasOrdered: boolean;
  /** It ran nowhere when it was first seen, or nowhere ever, or because the pair had no quorum. */
  isFirst: boolean;
  /** It ran nowhere because of a failure. */
  hadFailed: boolean;
  /** It ran nowhere while this node, to which it goes, was away. */
  returned: string | null;
  /** Where it goes is its first preferred owner, and failback is allowed. */
  failbackTo: string | null;
  /** Somebody changed the configuration at that time. */
  isEdited: boolean;
  /** This node had got a new policy a moment before. */
  isNewPolicy: boolean;
  /** The engine of this node has started anew: it had been away. */
  isStarted: boolean;
}

export const noEvidence: Evidence = {
  act: null,
  lost: false,
  fencedBy: null,
  failure: null,
  stopFailed: false,
  drained: false,
  noQuorum: false,
  ordered: false,
  halted: false,
  wasOrdered: false,
  isFirst: false,
  hadFailed: false,
  returned: null,
  failbackTo: null,
  isEdited: false,
  isNewPolicy: false,
  isStarted: false,
};

/** An order may be that much older than the first thing seen of it. */
const orderMs = 30_000;
/** The end of an act, and a view that shows the same, may be told that far apart. */
const lateMs = 1_000;
/** From a new policy to what the engine makes of it: one node waits for the other to write it, and stops what is no longer there. */
const policyMs = 60_000;
/** From a node's return to the start of what waited for it. */
const returnMs = 60_000;
/** Fencing is told in whole seconds. */
const fenceMs = 2_000;

export interface EvidenceInput {
  at: number;
  view: ClusterView;
  last: ClusterView | null;
  policy: MscsPolicy | null;
  /** When it took the place of another; null = it never did. */
  policySince: number | null;
  /** When the engine of this node started; null = before all that is known. */
  engineSince: number | null;
  acts: readonly MscsAct[];
  alerts: readonly AlertEvent[];
  /** CIB ids of the group's resources -> names. */
  resources: ReadonlyMap<string, string>;
  group: GroupView;
  settled: Settled;
  startedAt: number;
}

/** What this view and the alerts add to what is known. */
export function gatherEvidence(known: Evidence, input: EvidenceInput): Evidence {
  const { view, last, group, settled, alerts, resources } = input;
  const from = nodeState(view, settled.owner);
  const node = view.nodes.find(({ name }) => name === settled.owner);
  const failed = alerts.filter(
    ({ kind, resource, rc, status }) =>
      kind === "resource" && resources.has(resource) && rc !== 0 && status !== 1,
  );
  return {
    act: known.act ?? actOf(input),
    lost: known.lost || from === "down" || from === "unclean" || isToldLost(alerts, settled.owner),
    fencedBy: known.fencedBy ?? fencer(input),
    failure: known.failure ?? failureOf(failed, resources) ?? failureSeen(input),
    stopFailed: known.stopFailed || failed.some(({ task }) => task === "stop"),
    drained: known.drained || node?.pause === "drain",
    noQuorum: known.noQuorum || !view.hasQuorum,
    ordered: known.ordered || (settled.owner !== null && group.isOrderedOffline),
    halted: known.halted || group.failovers?.isHalted === true,
    wasOrdered:
      known.wasOrdered || (settled.owner === null && (settled.isOrderedOffline || settled.cause === "limit")),
    isFirst: known.isFirst || last === null || !last.hasQuorum || isFromStart(settled),
    hadFailed: known.hadFailed || hadFailed(settled),
    returned: known.returned ?? returnedNode(input),
    failbackTo: known.failbackTo ?? failbackOwner(input),
    isEdited: known.isEdited || isEdited(last, view),
    isNewPolicy: known.isNewPolicy || isNewPolicy(input),
    isStarted: known.isStarted || (input.engineSince !== null && input.engineSince >= settled.at),
  };
}

/** It ran nowhere because the pair did not, or the engine does not know that anybody has ever had it. */
function isFromStart({ owner, since, cause }: Settled): boolean {
  if (cause === "quorum-lost" || (owner === null && cause === "pair-start")) return true;
  return owner === null && since === null;
}

function hadFailed({ owner, state, cause }: Settled): boolean {
  return owner === null && (state === "failed" || cause === "resource-failed");
}

/** A group that found no other place waits for a node, and starts when the engine has looked what runs there. */
function returnedNode({ at, group: { owner }, settled }: EvidenceInput): string | null {
  const awayAt = owner === null || settled.owner !== null ? undefined : settled.away?.[owner];
  return awayAt !== undefined && at - awayAt <= returnMs ? owner : null;
}

/** The newest that explains it: a move that has just ended does not explain the restart that follows. */
function actOf(input: EvidenceInput): Evidence["act"] {
  const found = input.acts
    .filter((act) => explains(act, input))
    .toSorted((a, b) => b.startedAt - a.startedAt)[0];
  return found === undefined
    ? null
    : { verb: found.order.verb, by: found.by, leaves: isLeaving(found.order) };
}

function explains(act: MscsAct, { group, settled, startedAt }: EvidenceInput): boolean {
  const { order, state, startedAt: given } = act;
  if (state === "refused" || isOver(act, settled)) return false;
  if (startedAt - given > orderMs || given - startedAt > lateMs) return false;
  // Forgetting failures brings back what is not online; nothing leaves its owner by it.
  if (order.verb === "clear" && settled.owner !== null) return false;
  const { kind, name } = order.object;
  if (kind === "group") return name === group.name;
  if (kind === "resource") return name.startsWith(`${group.name}/`);
  if (kind === "node") return order.verb === "resume" || (name === settled.owner && !isKeepingPause(order));
  return order.verb === "clear";
}

/** The group was at rest after it: what happens now is something else. The engine obeys a resume or a clear later. */
function isOver({ endedAt, order }: MscsAct, settled: Settled): boolean {
  if (order.verb === "resume" || order.verb === "clear") return false;
  return endedAt !== null && settled.at > endedAt + lateMs;
}

function isKeepingPause({ verb, mode }: MscsAct["order"]): boolean {
  return verb === "pause" && mode !== "drain";
}

const leavingVerbs: readonly MscsAct["order"]["verb"][] = ["move", "moveBack", "pause", "evict"];

function isLeaving({ verb, object }: MscsAct["order"]): boolean {
  return leavingVerbs.includes(verb) || (verb === "offline" && object.kind === "group");
}

function isToldLost(alerts: readonly AlertEvent[], owner: string | null): boolean {
  return alerts.some(({ kind, node, text }) => kind === "node" && node === owner && text === "lost");
}

function fencer({ view, alerts, settled, startedAt }: EvidenceInput): string | null {
  const told = alerts.find(({ kind, node, rc }) => kind === "fencing" && node === settled.owner && rc === 0);
  if (told !== undefined) return / by (\S+) for /.exec(told.text)?.[1] ?? "";
  const seen = view.fenceHistory.find(
    ({ target, status, completed }) =>
      target === settled.owner && status === "success" && Date.parse(completed) >= startedAt - fenceMs,
  );
  return seen === undefined ? null : "";
}

const failureWords: Readonly<Record<string, string>> = {
  start: "did not come online",
  stop: "did not go offline",
};

function failureOf(failed: readonly AlertEvent[], resources: ReadonlyMap<string, string>): string | null {
  const first = failed[0];
  if (first === undefined) return null;
  const name = resources.get(first.resource) ?? first.resource;
  if (first.task === "asyncmon") return `${name} was declared failed by order on ${first.node}`;
  const what = failureWords[first.task] ?? "failed its check";
  return `${name} ${what} on ${first.node}: ${first.text}`;
}

/**
 * The other node's failures come without an alert here: a count that has risen tells of them. A node that is alone without quorum knows
 * of none, and learns of old ones when it joins.
 */
function failureSeen({ last, group }: EvidenceInput): string | null {
  if (last?.hasQuorum === false) return null;
  const before = last?.groups.find(({ name }) => name === group.name);
  const risen = group.resources.find(({ name, failCount }) => {
    const old = before?.resources.find((resource) => resource.name === name);
    return old !== undefined && failCount > old.failCount;
  });
  return risen === undefined ? null : `${risen.name}: ${risen.lastFailure ?? "it failed"}`;
}

function failbackOwner({ policy, group, settled }: EvidenceInput): string | null {
  const wanted = policy?.groups.find(({ name }) => name === group.name);
  const [preferred] = wanted?.preferredOwners ?? [];
  return wanted?.failback.allow === true && preferred !== undefined && preferred !== settled.owner
    ? preferred
    : null;
}

function isNewPolicy({ at, policySince }: EvidenceInput): boolean {
  return policySince !== null && at - policySince <= policyMs;
}

/** `admin_epoch.epoch` counts the configuration; `num_updates` only state. */
function isEdited(last: ClusterView | null, view: ClusterView): boolean {
  const configuration = (epoch: string) => epoch.split(".").slice(0, 2).join(".");
  if (last === null || last.cibEpoch === null || view.cibEpoch === null) return false;
  return configuration(last.cibEpoch) !== configuration(view.cibEpoch);
}
