/**
 * Which node each group belongs on (DOMAIN 2.5, points 5 to 7): possible owners, pauses, failures, anti-affinity, preferred
 * owners, failback. Written from the field's rules, not from Pacemaker's scores.
 */
import { keepsApart, lineOf, ranksBefore } from "./compile-group.ts";
import { isExhausted, isHardFailed, isRestartedForEver } from "./predict-failures.ts";
import { pinnedIn, runningOf } from "./predict-steps.ts";
import type { PairState } from "./prediction.ts";
import type { MscsGroup, MscsPolicy, MscsResource } from "./types.ts";

/** The pair after the event, before anything has been done about it. */
export interface Situation {
  policy: MscsPolicy;
  /** With the event's failures and orders; owners are those before the event. */
  state: PairState;
  /** As it was. */
  before: PairState;
  /** Nodes that may run something; paused ones only what they have. */
  members: string[];
  hasQuorum: boolean;
  /** Nodes that must give up what they have: a pause that drains. */
  drained: string[];
  /** A planned move. */
  wanted: { group: string; to: string } | null;
}

/** Why a group is where it will be; `predict-words.ts` makes sentences of it. */
export type PlaceReason =
  | { kind: "stays" }
  | { kind: "failback" }
  | { kind: "ordered" }
  | { kind: "started" }
  /** It had to leave its owner. */
  | { kind: "left"; because: string }
  | { kind: "moved" }
  | { kind: "ordered offline" }
  | { kind: "no quorum" }
  /** It must go offline, and what failed in it and is left as it is keeps a part of it running. */
  | { kind: "held" }
  /** One failover more than the group may make; `done` before this one. */
  | { kind: "limit"; done: number }
  /** No node may have it: a reason for each. */
  | { kind: "nowhere"; because: string[] };

export interface Place {
  owner: string | null;
  reason: PlaceReason;
}

/** Preferred owners in their order, then the others by node ID. */
export function compareOwners(policy: MscsPolicy, group: MscsGroup): (a: string, b: string) => number {
  const id = (name: string) => policy.nodes.find((node) => node.node === name)?.nodeId ?? 0;
  return (a, b) => preferenceRank(group, a) - preferenceRank(group, b) || id(a) - id(b);
}

/** 0 = the first preferred owner; nodes that are not preferred share the last rank. */
export function preferenceRank(group: MscsGroup, node: string): number {
  const index = group.preferredOwners.indexOf(node);
  return index === -1 ? group.preferredOwners.length : index;
}

/** Places all groups. Those that can stay are placed first: the others have to heed them. */
export function placeGroups(situation: Situation): Map<string, Place> {
  const places = new Map<string, Place>();
  const groups = [...situation.policy.groups].sort((a, b) => priorityRank(b) - priorityRank(a));
  const settled = groups.map((group) => ({ group, place: settledPlace(situation, group) }));
  for (const { group, place } of settled) if (place !== null) places.set(group.name, place);
  for (const { group, place } of settled) {
    if (place === null) places.set(group.name, newPlace(situation, group, places));
  }
  return places;
}

/** 3000, 2000, 1000 and 0 of DOMAIN 2.3, as a rank. */
export function priorityRank(group: MscsGroup): number {
  return ["noAutoStart", "low", "medium", "high"].indexOf(group.priority);
}

/** Where the group is without any choice: offline by order or without quorum, moved by order, or where it was. */
function settledPlace(situation: Situation, group: MscsGroup): Place | null {
  const { state } = situation;
  const current = state.owners[group.name] ?? null;
  const isHeld = current !== null && situation.members.includes(current) && hasLeft(state, group, current);
  if (isHeld) return heldPlace(situation, group, current);
  if (!situation.hasQuorum) return { owner: null, reason: { kind: "no quorum" } };
  const waits = current === null && group.priority === "noAutoStart";
  if (state.orderedOffline.includes(group.name) || waits) {
    return { owner: null, reason: { kind: "ordered offline" } };
  }
  if (situation.wanted?.group === group.name && whyNot(situation, group, situation.wanted.to) === null) {
    return { owner: situation.wanted.to, reason: { kind: "moved" } };
  }
  if (current === null || whyNot(situation, group, current) !== null) return null;
  const isGoing =
    hasBetterOwner(situation, group, current) || classmatesBefore(situation.policy, group).length > 0;
  return isGoing && failsBackNow(situation, group) ? null : { owner: current, reason: { kind: "stays" } };
}

/**
 * A resource that failed and is left as it is cannot be stopped, nor what it rests on: these hold the group where they are. From
 * a drained node that part of it goes which stands before them.
 */
function heldPlace(situation: Situation, group: MscsGroup, current: string): Place {
  const { state, hasQuorum, drained } = situation;
  if (!hasQuorum || state.orderedOffline.includes(group.name))
    return { owner: current, reason: { kind: "held" } };
  if (!drained.includes(current)) return { owner: current, reason: { kind: "stays" } };
  const [first] = lineOf(group);
  const canLeave = first !== undefined && !pinnedIn(group, state, current).has(first.name);
  const others = situation.policy.nodes.map(({ node }) => node).filter((node) => node !== current);
  const to = others.find((node) => canLeave && whyNot(situation, group, node) === null);
  return { owner: to ?? current, reason: { kind: "held" } };
}

function hasLeft(state: PairState, group: MscsGroup, node: string): boolean {
  return group.resources.some(
    (item) => item.restart.action === "none" && isExhausted(state, { group, resource: item, node }),
  );
}

/** Failback is allowed, and this is its hour. The end hour is not part of the window; equal hours mean that one hour. */
function failsBackNow({ state }: Situation, group: MscsGroup): boolean {
  if (!group.failback.allow) return false;
  const window = group.failback.windowHours;
  if (window === null) return true;
  const [start, end] = window;
  if (start === end) return state.hour === start;
  return start < end ? state.hour >= start && state.hour < end : state.hour >= start || state.hour < end;
}

function hasBetterOwner(situation: Situation, group: MscsGroup, current: string): boolean {
  return group.preferredOwners.some(
    (node) =>
      preferenceRank(group, node) < preferenceRank(group, current) && whyNot(situation, group, node) === null,
  );
}

/** Groups of its class with a higher rank: it keeps away from these, and they do not mind it. */
function classmatesBefore({ groups }: MscsPolicy, group: MscsGroup): MscsGroup[] {
  return groups.filter((other) => keepsApart(group, other) && ranksBefore(groups, other, group));
}

function newPlace(situation: Situation, group: MscsGroup, places: ReadonlyMap<string, Place>): Place {
  const current = situation.state.owners[group.name] ?? null;
  const names = situation.policy.nodes.map((node) => node.node);
  const refusals = names.map((node) => ({ node, why: whyNot(situation, group, node) }));
  const open = refusals.filter((item) => item.why === null).map((item) => item.node);
  const best = open.sort(compareFree(situation, group, places))[0];
  const because = refusals.flatMap(({ why }) => (why === null ? [] : [why]));
  if (best === undefined) return lastPlace(situation, group, because);
  if (current === null) return { owner: best, reason: { kind: "started" } };
  if (best === current) return { owner: current, reason: { kind: "stays" } };
  const left = whyNot(situation, group, current);
  return { owner: best, reason: left === null ? { kind: "failback" } : { kind: "left", because: left } };
}

/**
 * Failures keep it from every node: it runs where most of it can, for choice where it is ordered to, or else where it was unless
 * it may fail back.
 */
function lastPlace(situation: Situation, group: MscsGroup, because: string[]): Place {
  const { policy, state, wanted } = situation;
  const kept = failsBackNow(situation, group) ? null : (state.owners[group.name] ?? null);
  const current = wanted?.group === group.name ? wanted.to : kept;
  const size = (node: string) => runningOf(group, node, state).length;
  const [owner = null] = policy.nodes
    .map((node) => node.node)
    .filter((node) => whyNotEver(situation, group, node) === null)
    .sort(
      (a, b) =>
        size(b) - size(a) ||
        Number(b === current) - Number(a === current) ||
        compareOwners(policy, group)(a, b),
    );
  return { owner, reason: { kind: "nowhere", because } };
}

/**
 * The better free node first: with fewer groups that it keeps away from, then by preference, then the one with less to carry,
 * then by node ID.
 */
function compareFree(
  situation: Situation,
  group: MscsGroup,
  places: ReadonlyMap<string, Place>,
): (a: string, b: string) => number {
  const { policy } = situation;
  const on = (node: string) => policy.groups.filter((other) => places.get(other.name)?.owner === node);
  const load = (node: string) => on(node).reduce((sum, other) => sum + other.resources.length, 0);
  const before = classmatesBefore(policy, group);
  const clashes = (node: string) => before.filter(({ name }) => places.get(name)?.owner === node).length;
  const { avoided, nudges } = laterClassmates(situation, group, places);
  return (a, b) =>
    Number(a === avoided) - Number(b === avoided) ||
    clashes(a) - clashes(b) ||
    preferenceRank(group, a) - preferenceRank(group, b) ||
    nudges(a) - nudges(b) ||
    load(a) - load(b) ||
    compareOwners(policy, group)(a, b);
}

/**
 * What groups of its class with a lower rank mean for a group that starts. One that runs with more than one resource takes its
 * node away, if there is another (`avoided`); the others count where nothing else decides (`nudges`).
 */
function laterClassmates(
  { policy, state }: Situation,
  group: MscsGroup,
  places: ReadonlyMap<string, Place>,
): { avoided: string | null; nudges(node: string): number } {
  if ((state.owners[group.name] ?? null) !== null) return { avoided: null, nudges: () => 0 };
  const later = policy.groups.filter(
    (other) => keepsApart(group, other) && ranksBefore(policy.groups, group, other),
  );
  const ownerOf = (other: MscsGroup) => places.get(other.name)?.owner ?? null;
  const heavy = later.filter((other) => ownerOf(other) !== null && isHeavy(other, ownerOf(other), state));
  heavy.sort((a, b) => (ranksBefore(policy.groups, a, b) ? -1 : 1));
  const isThere = (other: MscsGroup, node: string) =>
    ownerOf(other) === node ||
    policy.nodes.every((item) => mayOwn(policy, other, item.node) === (item.node === node));
  return {
    avoided: heavy[0] === undefined ? null : ownerOf(heavy[0]),
    nudges: (node) => later.filter((other) => isThere(other, node)).length,
  };
}

/** Its second resource runs, and would move the group. */
function isHeavy(group: MscsGroup, owner: string | null, state: PairState): boolean {
  const [, second] = lineOf(group);
  const isRunning = runningOf(group, owner, state).some(({ name }) => name === second?.name);
  return isRunning && second?.restart.action !== "restart";
}

/** Null if the group may be on that node; otherwise why not, as a clause. */
export function whyNot(situation: Situation, group: MscsGroup, node: string): string | null {
  const failedText = ({ name }: MscsResource) =>
    isHardFailed(situation.state, `${group.name}/${name}`, node)
      ? `${name} cannot be tried again on ${node} before its failure is cleared`
      : `${name} has failed too often on ${node}`;
  const failed = group.resources.find(
    (resource) =>
      leadsGroup(situation, group, resource) && isExhausted(situation.state, { group, resource, node }),
  );
  return whyNotEver(situation, group, node) ?? (failed === undefined ? null : failedText(failed));
}

/**
 * True if giving the resource up on a node keeps the whole group from there. One that never moves the group still has a say
 * while what stands before it in the line is not running: then the group is placed as if for the first time.
 */
function leadsGroup({ before }: Situation, group: MscsGroup, resource: MscsResource): boolean {
  if (resource.restart.action !== "restart") return resource.restart.action === "failover";
  if (isRestartedForEver(group, resource)) return true;
  const line = lineOf(group);
  const former = line[line.findIndex((item) => item.name === resource.name) - 1];
  const running = runningOf(group, before.owners[group.name] ?? null, before);
  return former !== undefined && !running.some((item) => item.name === former.name);
}

/** The same without failures, which an admin can clear. */
function whyNotEver(
  { policy, state, members, drained }: Situation,
  group: MscsGroup,
  node: string,
): string | null {
  if (!members.includes(node)) return `${node} is down`;
  if (!mayOwn(policy, group, node)) return `${node} is not a possible owner of ${group.name}`;
  const isPaused = state.nodes.some((item) => item.name === node && item.state === "paused");
  const keeps = state.owners[group.name] === node && !drained.includes(node);
  return isPaused && !keeps ? `${node} is paused` : null;
}

/** A group runs only where all of its resources may. */
export function mayOwn(policy: MscsPolicy, group: MscsGroup, node: string): boolean {
  return (
    policy.nodes.some((item) => item.node === node) &&
    group.resources.every(
      ({ possibleOwners }) => possibleOwners.length === 0 || possibleOwners.includes(node),
    )
  );
}
