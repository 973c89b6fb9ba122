/**
 * Everything one host knows. A plain value: `step` works on a private copy, so states may be kept and compared.
 */
import { emptyTable } from "../table/assign.ts";
import {
  BUCKET_COUNT,
  type BucketTable,
  type ClusterHost,
  type HostState,
  type WlbsPolicy,
} from "../types.ts";
import type { WlbsEffect } from "./events.ts";
import type { Beat, Epoch, EpochView, MemberId, Phase } from "./messages.ts";
import { type Timing, timingOf } from "./timing.ts";

/** What is known of one life of another host (or of a second host that uses our ID). */
export interface Peer {
  beat: Beat;
  heardAt: number;
  /** When we sent the newest of our beats that it has acknowledged; null = none yet. */
  ackedSendAt: number | null;
  /** When we last heard a beat that our own beats acknowledge: its lease counts from there. */
  acknowledgedAt: number;
}

/** What the kernel is to do with a bucket. */
export const MARK = { foreign: 0, owned: 1, draining: 2 } as const;

/** The kernel as we want it and as it has confirmed it. */
export interface Kernel {
  /** One MARK per bucket. */
  marks: Uint8Array;
  isDefaultHost: boolean;
  /** Generation of the last install or remove that was asked for, and of the last one confirmed. */
  asked: number;
  askedAt: number;
  confirmed: number;
  /** True when marks or default host differ from what was last asked for. */
  dirty: boolean;
  /** Is a plane (and the VIP) there, as far as we asked. */
  present: boolean;
  leaseUntil: number;
  /** When a bucket last became draining, and when connections were last counted. */
  drainingSince: number;
  trimmedAt: number;
}

/** A host that left our epoch and whose lease may still live until `until`. */
export interface Departed extends MemberId {
  node: string;
  until: number;
}

export interface Incoming {
  epoch: Epoch;
  tableDigest: string;
  parts: (Uint8Array | null)[];
}

export interface WlbsState {
  incarnation: number;
  node: string;
  /** Newest policy received, and the one the present epoch runs under. */
  newest: { policy: WlbsPolicy; digest: string } | null;
  active: { policy: WlbsPolicy; digest: string } | null;
  me: ClusterHost | null;
  /** What the admin wants. */
  run: "stopped" | "started" | "draining";
  stage: "stopped" | "leaving" | "joining" | "member" | "failed";
  stageSince: number;
  /** Last established cluster heard while joining; nobody may form a second one beside it. */
  establishedAt: number | null;
  seq: number;
  /** Newest last; enough to translate an ack into a time. */
  sent: { seq: number; at: number }[];
  nextBeatAt: number;
  /** Acknowledgements of beats before this one prove nothing: they may have waited while this host slept. */
  freshSeq: number;
  lastStepAt: number | null;
  peers: Map<string, Peer>;
  view: EpochView | null;
  viewSince: number;
  phase: Phase | null;
  /** A cluster that has just been formed takes nothing before this: others that serve may not have been heard. */
  quietUntil: number;
  /** Last table that was committed as far as we know, and the one of `view`. */
  committed: BucketTable;
  table: BucketTable;
  /** Tables under way, the latest to arrive last. */
  incoming: Incoming[];
  departed: Map<string, Departed>;
  /** Coordinator only: members that have shown up in `view`, and hosts left out for a while with the reason. */
  arrived: Set<string>;
  shunned: Map<string, { until: number; node: string }>;
  maxCounter: number;
  kernel: Kernel;
  /** Open connections as last counted, null before the first count of this drain. */
  open: { at: number; count: number } | null;
  fault: { message: string; retryAt: number; tries: number } | null;
  convergenceCount: number;
  shown: { state: HostState; since: number };
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

/**
 * A host that has just been started and knows nothing. All buckets count as draining until connections have been
 * counted, because the plane of an earlier agent process may still carry some.
 * @param options.incarnation never used before by this host, 1 .. 2^48-1, for example epoch ms at process start.
 */
export function initialState(options: { incarnation: number }): WlbsState {
  return {
    incarnation: options.incarnation,
    node: "",
    newest: null,
    active: null,
    me: null,
    run: "stopped",
    stage: "stopped",
    stageSince: 0,
    establishedAt: null,
    seq: 0,
    sent: [],
    nextBeatAt: 0,
    freshSeq: 0,
    lastStepAt: null,
    peers: new Map(),
    view: null,
    viewSince: 0,
    phase: null,
    quietUntil: 0,
    committed: emptyTable(),
    table: emptyTable(),
    incoming: [],
    departed: new Map(),
    arrived: new Set(),
    shunned: new Map(),
    maxCounter: 0,
    kernel: initialKernel(),
    open: null,
    fault: null,
    convergenceCount: 0,
    shown: { state: "stopped", since: 0 },
    stopReason: "no policy has arrived yet",
  };
}

function initialKernel(): Kernel {
  return {
    marks: new Uint8Array(BUCKET_COUNT).fill(MARK.draining),
    isDefaultHost: false,
    asked: 0,
    askedAt: 0,
    confirmed: 0,
    dirty: true,
    present: true,
    leaseUntil: 0,
    drainingSince: 0,
    trimmedAt: 0,
  };
}

/** A copy in which every collection that a step may change is its own. Tables and marks are replaced, never edited. */
export function copyState(state: WlbsState): WlbsState {
  return {
    ...state,
    sent: [...state.sent],
    peers: new Map(state.peers),
    departed: new Map(state.departed),
    arrived: new Set(state.arrived),
    shunned: new Map(state.shunned),
    kernel: { ...state.kernel },
  };
}

/** Key of one life of one host. */
export function memberKey(member: MemberId): string {
  return `${member.hostId}:${member.incarnation}`;
}

export function includes(members: readonly MemberId[], member: MemberId): boolean {
  return members.some((m) => m.hostId === member.hostId && m.incarnation === member.incarnation);
}

/** This host as a member. Throws when there is no policy: only started hosts ask. */
export function self(s: WlbsState): MemberId {
  if (!s.me) throw new Error("a host without a policy has no host ID");
  return { hostId: s.me.hostId, incarnation: s.incarnation };
}

/** True when the kernel has confirmed exactly what we want. */
export function isSettled(s: WlbsState): boolean {
  return !s.kernel.dirty && s.kernel.confirmed === s.kernel.asked;
}

/** Durations under the policies in force. Throws when there is no policy. */
export function timing(s: WlbsState): Timing {
  const policies = [s.active?.policy, s.newest?.policy].filter((policy) => policy !== undefined);
  if (policies.length === 0) throw new Error("a host without a policy has no timing");
  return timingOf(policies);
}

export function log(draft: Draft, level: "info" | "warn" | "error", message: string): void {
  draft.effects.push({ kind: "log", level, message });
}
