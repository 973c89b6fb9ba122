/**
 * One step of the machine: take the event in, then let every part do what has become possible, in a fixed order,
 * then beat if it is time. Every event goes the same way, so nothing depends on which of them came first.
 */
import { coordinate, partsToSend } from "../membership/coordinate.ts";
import {
  collect,
  followNewest,
  giveUp,
  heedFarewell,
  heedOrder,
  meetForeign,
  progress,
} from "../membership/follow.ts";
import { composeBeat, forgetSilent, hear } from "../membership/hearing.ts";
import { countConnections } from "../plane/drain.ts";
import { renewLease } from "../plane/lease.ts";
import { installed } from "../plane/plane.ts";
import { hostState } from "../query/status.ts";
import { acceptPolicy, command, finishDrain } from "./commands.ts";
import type { WlbsEffect, WlbsEvent } from "./events.ts";
import type { Beat, WlbsMessage } from "./messages.ts";
import { copyState, type Draft, log, timing, type WlbsState } from "./state.ts";

/** How many of our own beats are remembered to translate acknowledgements into times. */
const SENT_MAX = 64;

export interface Step {
  state: WlbsState;
  effects: WlbsEffect[];
  /** Call again with `wake` at this time at the latest; null = only when something happens. */
  wakeAt: number | null;
}

/** Advances the machine by one event. Never throws for what other hosts send; see `WlbsEvent` for the rules. */
export function step(state: WlbsState, event: WlbsEvent): Step {
  const draft: Draft = {
    now: event.now,
    s: copyState(state),
    effects: [],
    urgent: false,
    stirred: event.kind !== "beat",
  };
  noticeSleep(draft);
  takeIn(draft, event);
  settle(draft);
  sendBeat(draft);
  noteShown(draft);
  return { state: draft.s, effects: draft.effects, wakeAt: wakeAt(draft.s, draft.now) };
}

/**
 * Silence is evidence only while we were listening. After a short sleep (a busy machine) the peers get that time
 * credited; after one longer than the detection time we have been declared lost, and all we knew is stale.
 */
function noticeSleep(draft: Draft): void {
  const { s, now } = draft;
  const slept = s.lastStepAt === null ? 0 : now - s.lastStepAt;
  s.lastStepAt = now;
  if (s.stage === "stopped" || !s.newest) return;
  const { periodMs, detectMs } = timing(s);
  if (slept <= 1.5 * periodMs) return;
  if (slept >= detectMs) return startOver(draft, slept);
  const credit = slept - periodMs;
  for (const [key, peer] of s.peers) s.peers.set(key, { ...peer, heardAt: peer.heardAt + credit });
  if (s.establishedAt !== null) s.establishedAt += credit;
  if (s.stage === "joining") s.stageSince += credit;
}

function startOver(draft: Draft, sleptMs: number): void {
  const { s, now } = draft;
  if (s.stage === "member") giveUp(draft, `this host stood still for ${Math.round(sleptMs)} ms`);
  if (s.stage === "joining") s.stageSince = now;
  s.freshSeq = s.seq + 1;
  s.peers = new Map();
  s.departed = new Map();
}

function takeIn(draft: Draft, event: WlbsEvent): void {
  if (event.kind === "policy") acceptPolicy(draft, event);
  else if (event.kind === "command") command(draft, event);
  else if (event.kind === "installed") installed(draft, event.generation, event.error);
  else if (event.kind === "connections") countConnections(draft, event);
  else if (event.kind === "beat") takeInBeat(draft, event.beat);
  else if (event.kind === "table" && isOurs(draft.s, event.part)) collect(draft, event.part);
}

/** From our cluster, not from ourselves, and only while we take part. */
function isOurs(s: WlbsState, message: WlbsMessage): boolean {
  if (s.stage === "stopped" || s.stage === "leaving" || message.cluster !== s.newest?.policy.cluster)
    return false;
  return !(message.hostId === s.me?.hostId && message.incarnation === s.incarnation);
}

function takeInBeat(draft: Draft, beat: Beat): void {
  if (!isOurs(draft.s, beat) || !hear(draft, beat)) return;
  heedOrder(draft, beat);
  heedFarewell(draft, beat);
  meetForeign(draft, beat);
}

function settle(draft: Draft): void {
  const { s } = draft;
  if (s.stage === "stopped" || !s.newest) return;
  // A full cluster of 32 hears 160 beats a second; almost all repeat the one before.
  if (!draft.stirred) return;
  forgetSilent(draft);
  mindKernel(draft);
  if (s.stage === "leaving") return endLeaving(draft);
  followNewest(draft);
  // Twice: what the coordinator orders it follows at once itself, and may then order the next phase.
  for (let round = 0; round < 2; round += 1) {
    progress(draft);
    coordinate(draft);
  }
  progress(draft);
  finishDrain(draft);
}

/** A kernel that refuses or does not answer costs the membership; after a while the host tries again. */
function mindKernel(draft: Draft): void {
  const { s, now } = draft;
  const silent =
    s.kernel.asked !== s.kernel.confirmed && !s.fault && now - s.kernel.askedAt > timing(s).stuckMs;
  if (silent) installed(draft, s.kernel.asked, "no answer from the packet filter");
  if (s.fault && s.stage !== "failed" && s.stage !== "leaving" && now < s.fault.retryAt) {
    giveUp(draft, "the kernel refused the data plane");
    s.stage = "failed";
  }
  if (s.stage === "failed" && (!s.fault || now >= s.fault.retryAt)) {
    s.stage = "joining";
    s.stageSince = now;
  }
}

/** The farewell is repeated for one detection time, in case a datagram is lost. */
function endLeaving(draft: Draft): void {
  const { s, now } = draft;
  if (now - s.stageSince < timing(s).detectMs) return;
  s.stage = "stopped";
  s.peers = new Map();
  s.departed = new Map();
}

function sendBeat(draft: Draft): void {
  const { s, now } = draft;
  if (s.stage === "stopped" || !s.newest || !s.me) return;
  const due = draft.urgent || now >= s.nextBeatAt;
  renewLease(draft, due);
  if (!due) return;
  s.nextBeatAt = now + timing(s).periodMs;
  s.seq += 1;
  s.sent = [...s.sent.slice(1 - SENT_MAX), { seq: s.seq, at: now }];
  draft.effects.push({ kind: "send", message: { ...composeBeat(s, now), seq: s.seq } });
  for (const part of partsToSend(s)) {
    s.seq += 1;
    draft.effects.push({ kind: "send", message: { ...part, seq: s.seq } });
  }
}

/** Remembers since when the state that people see has been so, and logs its changes. */
function noteShown(draft: Draft): void {
  const { s, now } = draft;
  const state = hostState(s);
  if (state === s.shown.state) return;
  log(draft, "info", `${s.shown.state} -> ${state}`);
  s.shown = { state, since: now };
}

/** The next beat, or earlier when a deadline falls before it. */
function wakeAt(s: WlbsState, now: number): number | null {
  if (s.stage === "stopped" || !s.newest) return null;
  const { detectMs, silenceMs } = timing(s);
  const deadlines = [s.nextBeatAt];
  for (const peer of s.peers.values()) deadlines.push(peer.heardAt + silenceMs, peer.heardAt + detectMs);
  for (const departed of s.departed.values()) deadlines.push(departed.until);
  return Math.min(...deadlines.filter((at) => at > now));
}
