/**
 * One step of the machine: take the event in, then let every part do what has become possible, in a fixed order,
 * then beat if it is time. Every event goes the same way, so nothing depends on which of them came first.
 */
import { collect } from "../membership/collect.ts";
import { coordinate } from "../membership/coordinate.ts";
import { distribute } from "../membership/distribute.ts";
import {
  followNewest,
  giveUp,
  heedFarewell,
  heedOrder,
  meetForeign,
  mindMajority,
  progress,
} from "../membership/follow.ts";
import { emitBeat, forgetSilent, hear, isListening, noteArrival } from "../membership/hearing.ts";
import { strikeVoter } from "../membership/majority.ts";
import { announce, forgetAnnouncements, hearDrains, hearExceptions } from "../plane/announce.ts";
import { countConnections } from "../plane/drain.ts";
import { renewLease } from "../plane/lease.ts";
import { installed, refresh } from "../plane/plane.ts";
import { gatherElsewhere, rememberClients } from "../plane/sticky.ts";
import { lookForFindings } from "../query/findings.ts";
import { hostState } from "../query/status.ts";
import { alarmOf } from "./alarm.ts";
import { command, finishDrain, rememberVoters } from "./commands.ts";
import type { Heard, WlbsEffect, WlbsEvent } from "./events.ts";
import type { Beat, Envelope } from "./messages.ts";
import { acceptPolicy } from "./policy-arrival.ts";
import { isAtRest } from "./rest.ts";
import { ruleCommand } from "./rule-commands.ts";
import { noticeSleep } from "./sleep.ts";
import { copyState, type Draft, log, memberKey, self, timing, type WlbsState } from "./state.ts";
import { noteHealth, noteLink, noteRejected, noteSeen } from "./witness.ts";

/** A host at rest looks around this often all the same. */
const THINK_PERIOD_MS = 1_000;

export interface Step {
  state: WlbsState;
  effects: WlbsEffect[];
  /** Call again with `wake` at this time at the latest; null = only when something happens. */
  wakeAt: number | null;
}

/** Advances the machine by one event. Never throws for what other hosts send; see `WlbsEvent` for the rules. */
export function step(state: WlbsState, event: WlbsEvent): Step {
  const s = copyState(state);
  if (event.kind === "messages") moveAlarm(s, event);
  const draft: Draft = { now: event.now, s, effects: [], urgent: false, stirred: isDue(s, event) };
  noticeSleep(draft);
  takeIn(draft, event);
  act(draft);
  noteShown(draft);
  setAlarm(draft);
  return { state: draft.s, effects: draft.effects, wakeAt: draft.s.dueAt };
}

/** Who was heard in time, while the message was kept, has not been silent: its deadline was none. */
function moveAlarm(s: WlbsState, { now, messages }: WlbsEvent & { kind: "messages" }): void {
  if (s.lastStepAt === null || s.dueAt === null || now < s.dueAt) return;
  const heard = new Map<string, number>();
  for (const { message, heardAt } of messages) if (heardAt < now) heard.set(memberKey(message), heardAt);
  if (heard.size > 0) Object.assign(s, alarmOf(s, s.lastStepAt, heard));
}

/**
 * Must this host think? News is taken in by every event but a message, which says itself whether it is any. A host at
 * rest need not think whenever it beats; but a message may come at the very moment of a deadline, before the timer.
 */
function isDue(s: WlbsState, event: WlbsEvent): boolean {
  if (event.kind !== "messages" && event.kind !== "wake") return true;
  if (event.now >= s.deadlineAt || event.now - s.settledAt >= THINK_PERIOD_MS) return true;
  return !isAtRest(s) && s.dueAt !== null && event.now >= s.dueAt;
}

function takeIn(draft: Draft, event: WlbsEvent): void {
  switch (event.kind) {
    case "policy":
      return acceptPolicy(draft, event);
    case "messages":
      return takeInMessages(draft, event.messages);
    case "command":
      return command(draft, event);
    case "ruleCommand":
      return ruleCommand(draft, event);
    case "installed":
      return installed(draft, event.generation, event.error);
    case "connections":
      return countConnections(draft, event);
    case "health":
      return noteHealth(draft, event);
    case "sticky":
      return rememberClients(draft, event.rules);
    case "link":
      return noteLink(draft, event);
    case "seen":
      return noteSeen(draft, event);
    case "rejected":
      return noteRejected(draft, event);
    case "wake":
      return;
  }
}

/** From our cluster, not from ourselves, and only while we take part. */
function isOurs(s: WlbsState, message: Envelope): boolean {
  if (s.stage === "stopped" || s.stage === "leaving" || message.cluster !== s.newest?.policy.cluster)
    return false;
  return !(message.hostId === s.me?.hostId && message.incarnation === s.incarnation);
}

/** What follows from what was taken in. */
function act(draft: Draft): void {
  settle(draft);
  // Before the beat tells others what this host has agreed to.
  rememberVoters(draft);
  sendBeat(draft);
  distribute(draft);
}

/** A beat that says nothing new needs no answer, and the next one is read at once. */
function takeInMessages(draft: Draft, messages: readonly Heard[]): void {
  // That it is time to look around can wait until all are read: they may be what somebody was missed for.
  const isDue = draft.stirred;
  draft.stirred = false;
  for (const [index, heard] of messages.entries()) {
    takeInMessage(draft, heard);
    if (!draft.stirred || index === messages.length - 1) continue;
    act(draft);
    draft.stirred = false;
    draft.urgent = false;
  }
  draft.stirred ||= isDue;
}

function takeInMessage(draft: Draft, { message, heardAt }: Heard): void {
  if (!isOurs(draft.s, message)) return;
  if (message.kind === "beat") return takeInBeat(draft, message, heardAt);
  noteArrival(draft, message, heardAt);
  if (message.kind === "drains") return hearDrains(draft, message);
  if (message.kind === "exceptions") return hearExceptions(draft, message);
  collect(draft, message);
  draft.stirred = true;
}

function takeInBeat(draft: Draft, beat: Beat, heardAt: number): void {
  if (!hear(draft, beat, heardAt)) return;
  heedOrder(draft, beat);
  heedFarewell(draft, beat);
  meetForeign(draft, beat);
}

function settle(draft: Draft): void {
  const { s } = draft;
  if (s.stage === "stopped" || !s.newest) return;
  // A full cluster of 32 hears 160 beats a second; almost all repeat the one before.
  if (!draft.stirred) return;
  s.settledAt = draft.now;
  forgetSilent(draft);
  forgetAnnouncements(s);
  mindKernel(draft);
  mindLink(draft);
  if (s.stage === "leaving") return endLeaving(draft);
  followNewest(draft);
  mindMajority(draft);
  const { view } = s;
  const wasAtRest = isAtRest(s);
  progress(draft);
  coordinate(draft);
  // What the coordinator orders it follows at once itself, and may then order the next phase.
  if (!(wasAtRest && isAtRest(s) && s.view === view)) {
    progress(draft);
    coordinate(draft);
  }
  progress(draft);
  finishDrain(draft);
  gatherElsewhere(draft, false);
  refresh(draft);
}

/** Without a link nobody hears us; the lease ends by itself, and the others have taken over. */
function mindLink(draft: Draft): void {
  const { s, now } = draft;
  if (s.stage !== "member" || s.link?.up !== false) return;
  const downMs = now - s.link.since;
  if (downMs >= timing(s).detectMs)
    giveUp(draft, `${s.me?.interface} has had no link for ${Math.round(downMs)} ms`);
}

/** A kernel that refuses or does not answer costs the membership; after a while the host tries again. */
function mindKernel(draft: Draft): void {
  const { s, now } = draft;
  const waits = s.kernel.asked !== s.kernel.confirmed && !s.kernel.dirty;
  const silent = waits && now - s.kernel.askedAt > timing(s).stuckMs;
  if (silent) installed(draft, s.kernel.asked, "no answer from the packet filter");
  if (s.fault && s.stage !== "failed" && s.stage !== "leaving" && now < s.fault.retryAt) {
    if (s.stage === "member") giveUp(draft, "the kernel refused the data plane");
    s.stage = "failed";
    strikeVoter(draft, self(s));
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
  const due = (draft.urgent || now >= s.nextBeatAt) && !isListening(s, now);
  renewLease(draft, due);
  if (!due) return;
  s.nextBeatAt = now + timing(s).periodMs;
  emitBeat(draft);
  announce(draft, false);
}

/** Remembers since when the state that people see, and what is wrong with it, have been so, and logs changes of state. */
function noteShown(draft: Draft): void {
  const { s, now } = draft;
  s.findings = lookForFindings(s, now);
  const state = hostState(s);
  if (state === s.shown.state) return;
  log(draft, "info", `${s.shown.state} -> ${state}`);
  s.shown = { state, since: now };
}

/** Sets when to be called again: at the next deadline, and for the next beat. */
function setAlarm({ s, now }: Draft): void {
  Object.assign(s, alarmOf(s, now));
}
