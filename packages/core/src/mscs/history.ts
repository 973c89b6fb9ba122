/**
 * The history of a pair's failovers as one node sees it: views and alerts -> records. Pure; the agent keeps its state
 * over restarts. A failover begins when a group leaves the owner with which it was last seen online, and ends when it is
 * online again or has been at rest for a while. A restart on the same node is none.
 */
import type { MscsAct } from "./acts.ts";
import type { AlertEvent } from "./alerts.ts";
import type { FailoverRecord } from "./failovers.ts";
import { type Evidence, gatherEvidence, noEvidence } from "./history-evidence.ts";
import { recordOf } from "./history-record.ts";
import { type Settled, settledOf, withAway } from "./history-settled.ts";
import { addAlertSteps, addViewSteps, resourcesOf, type Step, withoutArrival } from "./history-steps.ts";
import type { MscsPolicy } from "./types.ts";
import type { ClusterView, GroupView } from "./view.ts";

/** Records of a node's report (protocol: at most 32). */
export const failoversKept = 32;
/** So long a group must be offline or failed until that is the outcome: between stop and start it is offline too. */
const restMs = 5_000;
/** The same for one that was ordered offline: a restart orders that, too. */
const orderedRestMs = 2_000;
/** The same while the order of a restart is under way, which may have been left behind by an agent that died. */
const pinnedRestMs = 60_000;
/** Alerts are programs that run side by side. */
const disorderMs = 1_000;
/** Alerts that may still belong to a failover which a view shows later. */
const alertMemoryMs = 60_000;

/** A failover that goes on, or may become one. */
export interface OpenFailover {
  settled: Settled;
  startedAt: number;
  steps: Step[];
  evidence: Evidence;
  /** False while it may be no more than a restart on the same node. */
  isSure: boolean;
  /** Since when the group is at rest, and in which state; null = it is not. */
  rest: { since: number; state: GroupView["state"] } | null;
}

export interface FailoverHistory {
  /** Ended, newest first. */
  records: FailoverRecord[];
  open: Record<string, OpenFailover>;
  groups: Record<string, Settled>;
  alerts: AlertEvent[];
  last: ClusterView | null;
  /** The policy of the last view, and when it took the place of another; null = it never did. */
  policy?: { text: string; since: number | null };
  /** The newest alert, and the first of the engine's present life; null = that was before the first alert that was seen. */
  engine?: { sequence: number; at: number; startedAt: number | null };
  /** When the count of a group's limit began anew. */
  resets: Record<string, number>;
}

export type HistoryEvent =
  | { kind: "alert"; alert: AlertEvent }
  /** `acts`: orders that this node carries out or has carried out. */
  | { kind: "view"; at: number; view: ClusterView; policy: MscsPolicy | null; acts: readonly MscsAct[] };

export const emptyHistory: FailoverHistory = {
  records: [],
  open: {},
  groups: {},
  alerts: [],
  last: null,
  resets: {},
};

export function stepHistory(history: FailoverHistory, event: HistoryEvent): FailoverHistory {
  if (event.kind === "view") return seeView(history, event);
  const since = event.alert.at - alertMemoryMs;
  const alerts = [...history.alerts.filter(({ at }) => at >= since), event.alert];
  return { ...history, alerts, engine: engineNow(history, event.alert) };
}

/** The engine of this node numbers its alerts, from 1 when it starts. They may come out of order by a moment. */
function engineNow(
  { engine: known }: FailoverHistory,
  { sequence, at }: AlertEvent,
): NonNullable<FailoverHistory["engine"]> {
  if (known === undefined) return { sequence, at, startedAt: null };
  if (at < known.at + disorderMs) {
    return { ...known, sequence: Math.max(sequence, known.sequence), at: Math.max(at, known.at) };
  }
  return { sequence, at, startedAt: sequence <= known.sequence ? at : known.startedAt };
}

/** What the node reports: those under way, then those that ended, newest first. */
export function failoversOf(history: FailoverHistory): FailoverRecord[] {
  const running = Object.entries(history.open)
    .filter(([, open]) => open.isSure)
    .map(([group, open]) =>
      recordOf(history.records, { group, open, to: null, outcome: "running", endedAt: null }),
    );
  return [...running, ...history.records].sort((a, b) => b.startedAt - a.startedAt).slice(0, failoversKept);
}

type ViewEvent = Extract<HistoryEvent, { kind: "view" }>;

/** A view without sight or without a coordinator says nothing of the groups. */
function seeView(history: FailoverHistory, event: ViewEvent): FailoverHistory {
  const { view } = event;
  if (view.engineBlind !== null || view.dc === null) return history;
  let next: FailoverHistory = { ...history, ...policyNow(history, event) };
  for (const group of view.groups) next = seeGroup(closeRested(next, event, group.name), event, group);
  const names = new Set(view.groups.map(({ name }) => name));
  const isKnown = ([name]: [string, unknown]) => names.has(name);
  return {
    ...next,
    open: Object.fromEntries(Object.entries(next.open).filter(isKnown)),
    groups: Object.fromEntries(Object.entries(next.groups).filter(isKnown)),
    last: view,
  };
}

function policyNow(
  { policy: known }: FailoverHistory,
  { at, policy }: ViewEvent,
): Pick<FailoverHistory, "policy"> {
  if (policy === null) return {};
  const text = JSON.stringify(policy);
  return known?.text === text ? {} : { policy: { text, since: known === undefined ? null : at } };
}

/** What was at rest since the view before, and long enough by now, had ended before anything new began. */
function closeRested(history: FailoverHistory, event: ViewEvent, name: string): FailoverHistory {
  const open = history.open[name];
  const group = history.last?.groups.find((item) => item.name === name);
  if (open === undefined || open.rest === null || group === undefined) return history;
  if (!hasEnded(open, event, group)) return history;
  return close(history, { event, group, outcome: outcomeAtRest(group), endedAt: open.rest.since });
}

function seeGroup(history: FailoverHistory, event: ViewEvent, group: GroupView): FailoverHistory {
  // Nothing is told of how a group came to where it is first seen.
  const before = history.groups[group.name] ?? settledOf(event, group);
  const known = { ...history, groups: { ...history.groups, [group.name]: before } };
  const marked = noteReset(known, event, group);
  const isSteady = group.state === "online" && group.owner !== null;
  const isAsBefore = group.state === before.state && group.owner === before.owner;
  if ((isSteady || isAsBefore) && group.owner === before.owner && group.state !== "unknown")
    return stay(marked, event, group);
  const isIdle = group.state === "offline" || group.state === "failed";
  if (isIdle && before.owner === null && marked.open[group.name] === undefined)
    return stay(marked, event, group);
  const opened = follow(marked, event, group);
  const open = opened.open[group.name];
  if (open === undefined) return opened;
  if (isSteady) return close(opened, { event, group, outcome: "online", endedAt: event.at });
  return hasEnded(open, event, group)
    ? close(opened, { event, group, outcome: outcomeAtRest(group), endedAt: open.rest?.since ?? event.at })
    : opened;
}

/** The mark of the limit has gone: somebody has lifted it, and the count begins anew. */
function noteReset(history: FailoverHistory, { at }: ViewEvent, group: GroupView): FailoverHistory {
  const before = history.groups[group.name];
  if (before === undefined || !before.isHalted || group.failovers?.isHalted === true) return history;
  const settled = { ...before, isHalted: false };
  return {
    ...history,
    groups: { ...history.groups, [group.name]: settled },
    resets: { ...history.resets, [group.name]: at },
  };
}

/** The group is as it was: what had begun, if anything, was a restart in place. */
function stay(history: FailoverHistory, event: ViewEvent, group: GroupView): FailoverHistory {
  const open = history.open[group.name];
  const { since = null, cause = null, away } = history.groups[group.name] ?? {};
  const settled = withAway({ ...settledOf(event, group), since: group.since ?? since, cause }, event, away);
  const groups = { ...history.groups, [group.name]: settled };
  if (open === undefined) return { ...history, groups };
  if (open.isSure && open.settled.owner !== null)
    return close(history, { event, group, outcome: "online", endedAt: event.at });
  return { ...without(history, group.name), groups };
}

function follow(history: FailoverHistory, event: ViewEvent, group: GroupView): FailoverHistory {
  const settled = history.groups[group.name] ?? settledOf(event, group);
  const known: OpenFailover = history.open[group.name] ?? {
    settled,
    startedAt: event.at,
    steps: [],
    evidence: noEvidence,
    isSure: false,
    rest: null,
  };
  const resources = resourcesOf(group);
  // What was before the group was last at rest belongs to something else. A view of it online may be a second late.
  const from = settled.at - (settled.owner === null ? 0 : 1000);
  const alerts = history.alerts.filter(({ at }) => at >= from);
  const told = addAlertSteps(known.steps, alerts, { resources, from: settled.owner });
  const seen = { at: event.at, before: history.last, view: event.view, group, from: settled.owner };
  const steps = withoutArrival(addViewSteps(told, seen), settled.owner);
  const evidence = gatherEvidence(known.evidence, {
    ...event,
    group,
    settled,
    alerts,
    resources,
    last: history.last,
    policySince: history.policy?.since ?? null,
    engineSince: history.engine?.startedAt ?? null,
    startedAt: known.startedAt,
  });
  const open: OpenFailover = {
    ...known,
    steps,
    evidence,
    startedAt: Math.min(known.startedAt, steps[0]?.at ?? known.startedAt),
    isSure: known.isSure || isCertain(evidence, event.view, { group, owner: settled.owner }),
    rest: restOf(known, event, group),
  };
  return { ...history, open: { ...history.open, [group.name]: open } };
}

/** A side without quorum does not know what the other one does: of groups over there it says nothing. */
function isCertain(
  evidence: Evidence,
  view: ClusterView,
  { group, owner }: { group: GroupView; owner: string | null },
): boolean {
  if (evidence.act?.leaves === true && group.isPinned !== true) return true;
  const isOwnerHere = view.nodes.some(
    ({ name, state }) => name === owner && state !== "down" && state !== "unclean",
  );
  if (!view.hasQuorum) return evidence.noQuorum && isOwnerHere;
  return evidence.lost || (owner !== null && group.owner !== null && group.owner !== owner);
}

function restOf(known: OpenFailover, { at }: ViewEvent, group: GroupView): OpenFailover["rest"] {
  if (!isRest(group)) return null;
  return known.rest?.state === group.state ? known.rest : { since: at, state: group.state };
}

/** Neither online nor on its way, as far as anybody knows. */
function isRest(group: GroupView): boolean {
  return group.state === "offline" || group.state === "failed" || group.state === "partial";
}

function hasEnded(open: OpenFailover, { at }: ViewEvent, group: GroupView): boolean {
  if (open.rest === null) return false;
  const restedMs = at - open.rest.since;
  if (group.state !== "offline") return restedMs >= restMs;
  if (group.isPinned === true) return restedMs >= pinnedRestMs;
  if (group.failovers?.isHalted === true || open.evidence.act?.leaves === true) return true;
  return restedMs >= (group.isOrderedOffline ? orderedRestMs : restMs);
}

/** Partial: what affects the group runs, so it serves. */
function outcomeAtRest(group: GroupView): "online" | "offline" | "failed" {
  if (group.state === "partial") return group.owner === null ? "offline" : "online";
  return group.state === "failed" ? "failed" : "offline";
}

interface End {
  event: ViewEvent;
  group: GroupView;
  outcome: "online" | "offline" | "failed";
  endedAt: number;
}

function close(history: FailoverHistory, { event, group, outcome, endedAt }: End): FailoverHistory {
  const open = history.open[group.name];
  if (open === undefined) return history;
  const to = outcome === "online" ? group.owner : null;
  // The last alert tells the end of going online better than the view that came after it.
  const lastStep = outcome === "online" ? (open.steps.at(-1)?.at ?? endedAt) : endedAt;
  const record = recordOf(history.records, {
    group: group.name,
    open,
    to,
    outcome,
    endedAt: Math.max(open.startedAt, Math.min(endedAt, lastStep)),
  });
  const since = group.since ?? open.settled.since;
  const atEnd = { ...settledOf(event, group), owner: to, since, cause: record.cause };
  const settled = withAway(atEnd, event, open.settled.away);
  const resources = resourcesOf(group);
  const rest: FailoverHistory = {
    ...without(history, group.name),
    groups: { ...history.groups, [group.name]: settled },
    alerts: history.alerts.filter(({ resource }) => !resources.has(resource)),
  };
  // What ran nowhere and runs nowhere has not failed over, whatever was tried in between.
  if (to === null && open.settled.owner === null) return rest;
  // A member that failed and stays where it is leaves the group with its owner: no failover.
  if (outcome === "online" && to === open.settled.owner && !open.isSure) return rest;
  return { ...rest, records: [record, ...history.records].slice(0, failoversKept) };
}

function without(history: FailoverHistory, group: string): FailoverHistory {
  const { [group]: _, ...open } = history.open;
  return { ...history, open };
}
