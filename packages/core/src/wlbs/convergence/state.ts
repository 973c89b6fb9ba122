/**
 * Everything one host knows. A plain value: `step` works on a private copy, so states may be kept and compared.
 */

import type { Marks } from "../plane/marks.ts";
import type { EpochClash } from "../query/diagnose.ts";
import type { OpenSample } from "../query/estimate.ts";
import type { Distribution } from "../table/distribution.ts";
import type { Layout } from "../table/wire.ts";
import type {
  ClusterHost,
  ConvergenceRecord,
  Finding,
  HostState,
  RejectedBeats,
  RuleHealth,
  WlbsPolicy,
} from "../types.ts";
import type { Wanted, WlbsEffect } from "./events.ts";
import type { Kernel } from "./kernel.ts";
import type { Beat, Epoch, EpochView, MemberId, Phase } from "./messages.ts";
import { type Timing, timingOf } from "./timing.ts";

/** How the beats of a host arrive, over the present block of 100 and the one before. */
export interface Arrivals {
  lastSeq: number;
  present: ArrivalBlock;
  before: ArrivalBlock;
}

export interface ArrivalBlock {
  heard: number;
  lost: number;
  /** Beats that came when their period was over (urgent ones come earlier), and the sum of their deviations from it. */
  regular: number;
  deviationMs: number;
}

/** What is known of one life of another host (or of a second host that uses our ID). */
export interface Peer {
  beat: Beat;
  heardAt: number;
  /** When we sent the newest of our beats that it has acknowledged; null = none yet. */
  ackedSendAt: number | null;
  /** When we last heard a beat that our own beats acknowledge: its lease counts from there. */
  acknowledgedAt: number;
  /** When it was last in an epoch, or was met first; minus infinity = it has said since that its kernel owns nothing. */
  claimedAt: number;
  arrivals: Arrivals;
}

/** A host that is not in our epoch and whose lease may still live until `until`. */
export interface Departed extends MemberId {
  node: string;
  until: number;
  /** It was in our epoch before, so it may take our buckets when it hears us no longer: it binds our lease. */
  wasMember: boolean;
}

/** A distribution under way. */
export interface Incoming {
  epoch: Epoch;
  tableDigest: string;
  layout: Layout | null;
  /** By `partIndex`. */
  parts: Map<number, Uint8Array>;
}

/** A policy and its digests. */
export interface Held {
  policy: WlbsPolicy;
  digest: string;
  /** See `slotsDigest`. */
  slots: string;
}

/** Those of whom a majority is needed, as one host knows them. See `membership/majority.ts`. */
export interface Voters {
  /** Of the cluster's formation: counters of two of them cannot be compared. */
  lineage: number;
  epoch: Epoch;
  /** Incarnation 0: which life had the vote is not known here, only that it is none that is present. */
  members: MemberId[];
}

/** What a host has announced: the pages of the newest version as they come in, and the last version that was whole. */
export interface Announced<Content> {
  version: number;
  pages: (Content | null)[];
  whole: { slotsDigest: string; version: number; pages: Content[] } | null;
}

export interface DrainsPage {
  slots: number;
  bitmap: Uint8Array;
}

export interface ExceptionsPage {
  slot: number;
  clients: string[];
}

/** Extended affinity of one rule: clients of this host with their buckets, oldest first. */
export type StickyClients = ReadonlyMap<string, number>;

export interface WlbsState {
  incarnation: number;
  node: string;
  /** Newest policy received, and the one the present epoch runs under. */
  newest: Held | null;
  active: Held | null;
  /** Earlier policies that an epoch under way may still mean, latest first; see `policyFor`. */
  earlier: Held[];
  me: ClusterHost | null;
  /** What the admin wants: of the host, and of rules that are not enabled here, by name. */
  run: Wanted["run"];
  ruleStates: Wanted["rules"];
  /** While `run` is draining. `deadline` null = wait for the last connection. */
  drain: { since: number; deadline: number | null; samples: OpenSample[] } | null;
  stage: "stopped" | "leaving" | "joining" | "member" | "failed";
  stageSince: number;
  /** Last established cluster heard while joining; nobody may form a second one beside it. */
  establishedAt: number | null;
  seq: number;
  /** Newest last; enough to translate an ack into a time. */
  sent: { seq: number; at: number }[];
  nextBeatAt: number;
  /** A host that has just been started hears first who is there, and says nothing before this. */
  listensUntil: number;
  /** Acknowledgements of beats before this one prove nothing: they may have waited while this host slept. */
  freshSeq: number;
  lastStepAt: number | null;
  /** When we asked to be woken, and since when we have been awake in time: silence while we slept says nothing. */
  dueAt: number | null;
  /** The next moment at which something has to be decided, and when that was done last. */
  deadlineAt: number;
  settledAt: number;
  awakeSince: number;
  peers: Map<string, Peer>;
  view: EpochView | null;
  viewSince: number;
  phase: Phase | null;
  /** Since when it might take its buckets in `view`, but for exceptions of others; null = not yet. */
  takingSince: number | null;
  /** A cluster that has just been formed takes nothing before this: others that serve may not have been heard. */
  quietUntil: number;
  /** Last distribution that was committed as far as we know, and the one of `view`. */
  committed: Distribution;
  distribution: Distribution;
  /** Distributions under way, the latest to arrive last. */
  incoming: Incoming[];
  /** Coordinator: the next datagram of our distribution, and when it may go. */
  sending: { next: number; at: number } | null;
  departed: Map<string, Departed>;
  /** Coordinator only: members that have shown up in `view`, and hosts left out for a while with the reason. */
  arrived: Set<string>;
  shunned: Map<string, { until: number; node: string; times: number }>;
  /** The epoch that we gave way to, and its host that we heard: for a while we go nowhere without that host. */
  gaveWay: { to: MemberId; until: number } | null;
  /** Coordinator: since when it ought to propose and may not, for want of votes. */
  stalledSince: number | null;
  maxCounter: number;
  /** Partition policy `majority`: epochs of whose members a majority is needed. Newest last. */
  voters: readonly Voters[];
  /** As they were given to be remembered last. */
  keptVoters: readonly Voters[];
  /** When a voter was struck off last; minus infinity = never. See `votesFreeAt`. */
  struckAt: number;
  /** Names of the hosts without which there is no majority; null = there is one. */
  majorityMissing: string[] | null;
  /** The last change of a host's drain or rule states: it gives cause for the next epoch. */
  lastChange: { hostId: number; cause: "drain" | "rule-state" } | null;
  /** Newest first. */
  history: ConvergenceRecord[];
  /** Other epochs met in the last minute. */
  clashes: EpochClash[];
  kernel: Kernel;
  /** Probes of this host, by rule. */
  health: Map<string, { health: RuleHealth; text: string | null }>;
  /** Extended affinity: clients that the kernel remembers, by rule. */
  sticky: Map<string, StickyClients>;
  /** Under which rules they were sorted, see `slotsDigest`. */
  stickySlots: string;
  /** Until when `released` waits for the kernel's clients; null = it need not wait. */
  stickyWaitUntil: number | null;
  /** What this host has announced last: texts to see changes by, and when. */
  announced: {
    at: number;
    drains: { version: number; slots: (Marks | null)[] };
    exceptions: { version: number; text: string; bySlot: string[][] };
  };
  /** What others have announced, by `memberKey`. */
  drains: Map<string, Announced<DrainsPage>>;
  exceptions: Map<string, Announced<ExceptionsPage>>;
  /** Exceptions of others sorted into buckets, by `memberKey` and slot, as far as they are of our slots. */
  exceptionClients: Map<string, { version: number; slotsDigest: string; bySlot: Map<number, StickyClients> }>;
  /** Clients in our buckets that belong to other hosts, by slot; the version changes with them. */
  elsewhere: { bySlot: string[][]; text: string; version: number; at: number };
  link: { up: boolean; mac: string | null; since: number } | null;
  claims: { vip: string; mac: string }[];
  probesHeardFrom: string[] | null;
  /** Beats dropped unread: counts since the start, where the latest came from, and counts at the beginning of the last minutes. */
  rejected: {
    counts: RejectedBeats;
    last: Record<string, string>;
    before: { at: number; counts: RejectedBeats }[];
  };
  /** Open connections as last counted, null before the first count of this drain; and by rule, as last counted. */
  open: { at: number; count: number } | null;
  openByRule: Map<string, number>;
  fault: { message: string; retryAt: number; tries: number } | null;
  convergenceCount: number;
  shown: { state: HostState; since: number };
  /** What was found wrong at the last look (`query/findings.ts`), and when that was. */
  findings: { at: number; list: Finding[] };
  /** Why the host is stopped, for the cause text. */
  stopReason: string;
}

/** A step in progress: a private copy of the state, and what it has decided so far. */
export interface Draft {
  now: number;
  s: WlbsState;
  effects: WlbsEffect[];
  /** Something changed that the others wait for: beat at once. */
  urgent: boolean;
  /** False when the event was a beat that says nothing new; then nobody need decide anything. */
  stirred: boolean;
}

/** A copy in which every collection that a step may change is its own. Distributions and marks are replaced, never edited. */
export function copyState(state: WlbsState): WlbsState {
  return {
    ...state,
    peers: new Map(state.peers),
    departed: new Map(state.departed),
    arrived: new Set(state.arrived),
    shunned: new Map(state.shunned),
    kernel: { ...state.kernel },
  };
}

/** The key made last for each host ID: thousands are asked for in a second, and to write a number of 14 digits costs. */
const keys: ({ incarnation: number; key: string } | undefined)[] = [];

/** Key of one life of one host. */
export function memberKey({ hostId, incarnation }: MemberId): string {
  const known = keys[hostId];
  if (known?.incarnation === incarnation) return known.key;
  const key = `${hostId}:${incarnation}`;
  if (hostId >= 1 && hostId <= 32) keys[hostId] = { incarnation, key };
  return key;
}

export function includes(members: readonly MemberId[], member: MemberId): boolean {
  return members.some((m) => m.hostId === member.hostId && m.incarnation === member.incarnation);
}

/** This host as a member. Throws when there is no policy: only started hosts ask. */
export function self(s: WlbsState): MemberId {
  if (!s.me) throw new Error("a host without a policy has no host ID");
  return { hostId: s.me.hostId, incarnation: s.incarnation };
}

/** Durations under the policies in force. Throws when there is no policy. */
export function timing(s: WlbsState): Timing {
  const newest = s.newest?.policy ?? s.active?.policy;
  if (!newest) throw new Error("a host without a policy has no timing");
  const active = s.active?.policy ?? newest;
  return active === newest ? timingUnder(newest) : timingOf([active, newest]);
}

/** Asked for many times in each step. */
const timings = new WeakMap<WlbsPolicy, Timing>();

function timingUnder(policy: WlbsPolicy): Timing {
  const known = timings.get(policy);
  if (known) return known;
  const made = timingOf([policy]);
  timings.set(policy, made);
  return made;
}

/** The policy with this digest, if we hold it. */
export function policyFor(s: WlbsState, digest: string): Held | null {
  return [s.newest, s.active, ...s.earlier].find((held) => held?.digest === digest) ?? null;
}

/** Name of a host of the policy, for people. */
export function nodeOf(s: WlbsState, hostId: number): string {
  return s.newest?.policy.hosts.find((host) => host.hostId === hostId)?.node ?? `host ${hostId}`;
}

export function log(draft: Draft, level: "info" | "warn" | "error", message: string): void {
  draft.effects.push({ kind: "log", level, message });
}
