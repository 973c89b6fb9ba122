/**
 * Commands to the host as a whole (DOMAIN 1.8): start, stop, drainstop, suspend, resume. A suspended host refuses
 * everything but resume; resume does not start.
 */
import { strikeVoter } from "../membership/majority.ts";
import { removePlane } from "../plane/plane.ts";
import type { HostVerb, Wanted, WlbsCode, WlbsEvent } from "./events.ts";
import { ownsAnything } from "./kernel.ts";
import { type Draft, log, self, timing } from "./state.ts";

type Answer = [WlbsCode, string];

const SUSPENDED: Answer = ["suspended", "The host is suspended and obeys resume only."];

/** Has the shell keep what the admin wants, and who had votes, for the next start of the agent. */
export function remember({ s, effects }: Draft): void {
  const wanted: Wanted = { run: s.run, rules: s.ruleStates };
  s.keptVoters = s.voters;
  effects.push({ kind: "remember", wanted: s.voters.length > 0 ? { ...wanted, voters: s.voters } : wanted });
}

/** A host that starts anew must not help to form a cluster beside the one that it was in. */
export function rememberVoters(draft: Draft): void {
  const { voters, keptVoters } = draft.s;
  if (voters !== keptVoters && voters.length + keptVoters.length > 0) remember(draft);
}

/** Begins to listen for the others, one period long without a word. `run` = draining when a drain goes on after a restart. */
export function begin(draft: Draft, run: "started" | "draining" = "started"): void {
  const { s, now } = draft;
  s.run = run;
  s.drain = run === "draining" ? { since: now, deadline: null, samples: [] } : null;
  s.stage = "joining";
  s.stageSince = now;
  s.establishedAt = null;
  s.fault = null;
  // Between two parts of a split cluster it would join whom it hears first, beside others that it would hear a moment later.
  s.listensUntil = now + timing(s).periodMs;
  s.nextBeatAt = s.listensUntil;
  log(draft, "info", `started; listening for other hosts of ${s.newest?.policy.cluster}`);
}

/** Leaves at once: plane and virtual IPs go, and the others are told when the kernel has confirmed it. */
export function halt(draft: Draft, reason: string, run: "stopped" | "suspended" = "stopped"): void {
  const { s, now } = draft;
  // Its own vote goes with it, or it could be talked back into a past that went on without it.
  if (s.me) strikeVoter(draft, self(s));
  s.run = run;
  s.drain = null;
  s.stage = "leaving";
  s.stageSince = now;
  s.stopReason = reason;
  s.view = null;
  s.phase = null;
  s.incoming = [];
  s.sending = null;
  s.stickyWaitUntil = null;
  s.majorityMissing = null;
  s.fault = null;
  removePlane(draft);
  log(draft, "info", `stopping: ${reason}`);
}

function start(draft: Draft): Answer {
  const { s } = draft;
  if (!s.me) return ["bad-params", "This node has no WLBS policy; apply a fleet file that names it."];
  if (s.run === "suspended") return SUSPENDED;
  if (s.run === "started") return ["already", "The host is started already."];
  if (s.run === "draining") {
    s.run = "started";
    s.drain = null;
    s.lastChange = { hostId: s.me.hostId, cause: "drain" };
    return ["drain-stop", "The drain was ended; the host takes new connections again after convergence."];
  }
  begin(draft);
  return ["ok", "The host is joining the cluster."];
}

function stop(draft: Draft): Answer {
  const { s } = draft;
  if (s.run === "suspended") return SUSPENDED;
  if (s.run === "stopped") return ["already", "The host is stopped already."];
  const draining = s.run === "draining";
  halt(draft, "stopped by command");
  if (draining) return ["drain-stop", "The drain was cut short; the remaining connections were closed."];
  return ["ok", "The host has left the cluster."];
}

function drainstop(draft: Draft, deadlineMs: number | null): Answer {
  const { s, now } = draft;
  if (s.run === "suspended") return SUSPENDED;
  if (s.run === "stopped" || !s.me) return ["stopped", "The host is stopped; there is nothing to drain."];
  if (s.run === "draining") return ["already", "The host is draining already."];
  s.run = "draining";
  s.drain = { since: now, deadline: deadlineMs === null ? null : now + deadlineMs, samples: [] };
  s.open = null;
  s.lastChange = { hostId: s.me.hostId, cause: "drain" };
  if (deadlineMs === null) {
    return ["ok", "The host takes no new connections and stops when the last one has ended."];
  }
  const seconds = Math.round(deadlineMs / 1000);
  return [
    "ok",
    `The host takes no new connections and stops when the last one has ended, in ${seconds} s at the latest.`,
  ];
}

function suspend(draft: Draft): Answer {
  const { s } = draft;
  if (s.run === "suspended") return ["already", "The host is suspended already."];
  const { run } = s;
  if (run === "stopped") {
    s.run = "suspended";
    s.stopReason = "suspended by command";
    return ["ok", "The host is suspended; it obeys resume only."];
  }
  halt(draft, "suspended by command", "suspended");
  if (run === "draining") {
    return ["drain-stop", "The drain was cut short and the host is suspended; it obeys resume only."];
  }
  return ["ok", "The host has left the cluster and is suspended; it obeys resume only."];
}

function resume(draft: Draft): Answer {
  const { s } = draft;
  if (s.run !== "suspended") return ["already", "The host is not suspended."];
  s.run = "stopped";
  s.stopReason = "resumed, but not started";
  return ["ok", "The host obeys commands again; start it to let it join the cluster."];
}

function answer(draft: Draft, verb: HostVerb, deadlineMs: number | null): Answer {
  if (verb === "drainstop") return drainstop(draft, deadlineMs);
  return { start, stop, suspend, resume }[verb](draft);
}

/** Answers with one `commandDone`, at once, and has the outcome remembered. */
export function command(draft: Draft, event: WlbsEvent & { kind: "command" }): void {
  const { s } = draft;
  const before = s.run;
  const [code, message] = answer(draft, event.verb, event.deadlineMs);
  draft.effects.push({ kind: "commandDone", id: event.id, code, message });
  if (s.run === before) return;
  draft.urgent = true;
  remember(draft);
}

/** A drained host stops when nothing of it is left: no bucket, no connection (KB 242242); or when its time is up. */
export function finishDrain(draft: Draft): void {
  const { s, now } = draft;
  if (!s.drain) return;
  if (s.drain.deadline !== null && now >= s.drain.deadline) return cutDrain(draft);
  if (s.open?.count !== 0 || s.open.at < s.kernel.drainingSince) return;
  const atRest = s.stage === "joining" || (s.view?.order === "stable" && s.phase === "applied");
  if (ownsAnything(s) || !atRest) return;
  halt(draft, "drained");
  remember(draft);
}

function cutDrain(draft: Draft): void {
  const left = draft.s.drain?.samples.at(-1)?.open ?? 0;
  halt(draft, `the time for the drain was up; the remaining ${left} connections were closed`);
  remember(draft);
}
