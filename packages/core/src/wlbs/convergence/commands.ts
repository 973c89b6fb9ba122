/**
 * start, stop, drainstop (DOMAIN 1.8) and the arrival of a policy: what the admin wants of this host.
 */

import { giveUp } from "../membership/follow.ts";
import { removePlane } from "../plane/plane.ts";
import { wlbsPolicyDigest } from "../policy.ts";
import type { ClusterHost, WlbsPolicy } from "../types.ts";
import type { WlbsCode, WlbsEvent } from "./events.ts";
import { type Draft, log } from "./state.ts";

function begin(draft: Draft): void {
  const { s, now } = draft;
  s.run = "started";
  s.stage = "joining";
  s.stageSince = now;
  s.establishedAt = null;
  s.fault = null;
  s.nextBeatAt = now;
  log(draft, "info", `started; listening for other hosts of ${s.newest?.policy.cluster}`);
}

/** Leaves at once: plane and VIP go, and the others are told when the kernel has confirmed it. */
export function halt(draft: Draft, reason: string): void {
  const { s, now } = draft;
  s.run = "stopped";
  s.stage = "leaving";
  s.stageSince = now;
  s.stopReason = reason;
  s.view = null;
  s.phase = null;
  s.incoming = [];
  s.fault = null;
  removePlane(draft);
  log(draft, "info", `stopping: ${reason}`);
}

function start(draft: Draft): [WlbsCode, string] {
  const { s } = draft;
  if (!s.me) return ["bad-params", "This node has no WLBS policy; apply a fleet file that names it."];
  if (s.run === "started") return ["already", "The host is started already."];
  if (s.run === "draining") {
    s.run = "started";
    draft.urgent = true;
    return ["drain-stop", "The drain was ended; the host takes new connections again after convergence."];
  }
  begin(draft);
  return ["ok", "The host is joining the cluster."];
}

function stop(draft: Draft): [WlbsCode, string] {
  const { s } = draft;
  if (s.run === "stopped") return ["already", "The host is stopped already."];
  const draining = s.run === "draining";
  halt(draft, "stopped by command");
  if (draining) return ["drain-stop", "The drain was cut short; the remaining connections were closed."];
  return ["ok", "The host has left the cluster."];
}

function drainstop(draft: Draft): [WlbsCode, string] {
  const { s } = draft;
  if (s.run === "stopped") return ["stopped", "The host is stopped; there is nothing to drain."];
  if (s.run === "draining") return ["already", "The host is draining already."];
  s.run = "draining";
  s.open = null;
  draft.urgent = true;
  return ["ok", "The host takes no new connections and stops when the last one has ended."];
}

/** Answers with one `commandDone`, at once. */
export function command(draft: Draft, event: WlbsEvent & { kind: "command" }): void {
  const [code, message] = { start, stop, drainstop }[event.verb](draft);
  draft.effects.push({ kind: "commandDone", id: event.id, code, message });
}

/** A drained host stops when nothing of it is left: no bucket, no connection (KB 242242). */
export function finishDrain(draft: Draft): void {
  const { s } = draft;
  if (s.run !== "draining" || s.open?.count !== 0 || s.open.at < s.kernel.drainingSince) return;
  const holdsBuckets = s.kernel.marks.includes(1) || s.kernel.isDefaultHost;
  const atRest = s.stage === "joining" || (s.view?.order === "stable" && s.phase === "applied");
  if (!holdsBuckets && atRest) halt(draft, "drained");
}

function sameIdentity(
  a: { me: ClusterHost | null; cluster: string | undefined },
  me: ClusterHost,
  cluster: string,
): boolean {
  return a.me?.hostId === me.hostId && a.cluster === cluster;
}

/** Takes a policy as the newest. It comes into force when all members hold it (`coordinate`). */
export function acceptPolicy(draft: Draft, event: WlbsEvent & { kind: "policy" }): void {
  const { s } = draft;
  const { policy, node } = event;
  const me = policy.hosts.find((host) => host.node === node) ?? null;
  const isFirst = s.newest === null;
  const before = { me: s.me, cluster: s.newest?.policy.cluster };
  if (!me && s.run !== "stopped") halt(draft, `the policy of ${policy.cluster} does not name ${node}`);
  s.node = node;
  s.newest = { policy, digest: wlbsPolicyDigest(policy) };
  if (me && s.stage === "member" && !sameIdentity(before, me, policy.cluster)) {
    giveUp(draft, "its host ID or cluster changes");
  }
  s.me = me;
  if (s.stage !== "member" && s.stage !== "leaving") s.active = s.newest;
  draft.urgent = true;
  if (isFirst) firstStart(draft, event.resume ?? me?.initialState ?? "stopped", policy);
}

function firstStart(draft: Draft, wanted: "started" | "stopped", policy: WlbsPolicy): void {
  if (wanted === "started" && draft.s.me) return begin(draft);
  // An earlier agent process may have left a plane behind.
  halt(
    draft,
    draft.s.me
      ? "stopped before the agent was started"
      : `the policy of ${policy.cluster} does not name this host`,
  );
}
