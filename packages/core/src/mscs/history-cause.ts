/** Why a failover happened: what its evidence amounts to, in a sentence. What has no evidence is `unknown`. */
import type { MscsAct } from "./acts.ts";
import type { FailoverCause, FailoverRecord } from "./failovers.ts";
import type { Evidence } from "./history-evidence.ts";

export interface Cause {
  cause: FailoverCause;
  detail: string;
  by: string | null;
}

export interface CauseInput {
  group: string;
  from: string | null;
  to: string | null;
  outcome: FailoverRecord["outcome"];
}

/** The first that holds: what people ordered, what stops a group for good, what happened to its owner, what is left. */
export function causeOf(evidence: Evidence, input: CauseInput): Cause {
  const found = orderCause(evidence, input) ?? stopCause(evidence, input) ?? ownerCause(evidence, input);
  return found ?? quietCause(evidence, input);
}

const actCauses: Readonly<Partial<Record<MscsAct["order"]["verb"], FailoverCause>>> = {
  move: "move",
  moveBack: "move",
  evict: "move",
  pause: "pause",
  online: "online-ordered",
  clear: "online-ordered",
  offline: "offline-ordered",
  fail: "resource-failed",
  resume: "failback",
};

function orderCause({ act }: Evidence, input: CauseInput): Cause | null {
  const cause = act === null ? undefined : actCauses[act.verb];
  if (act === null || cause === undefined) return null;
  return { cause, detail: `${orderWords(act.verb, input)}, ordered by ${act.by}`, by: act.by };
}

function orderWords(verb: MscsAct["order"]["verb"], { from, to }: CauseInput): string {
  switch (verb) {
    case "pause":
      return `${from ?? "Its owner"} was paused`;
    case "evict":
      return `${from ?? "Its owner"} was evicted`;
    case "resume":
      return `${to ?? "A node"} was resumed, and the group went back to it`;
    case "fail":
      return "A failure was initiated";
    case "clear":
      return "Its failures were cleared";
    case "offline":
      return "It was taken offline";
    case "online":
      return "It was brought online";
    default:
      return to === null ? "It was moved" : `It was moved to ${to}`;
  }
}

function stopCause(evidence: Evidence, { to, outcome }: CauseInput): Cause | null {
  if (evidence.halted)
    return plain("limit", "It has failed over more often than its limit allows, and is left offline");
  if (evidence.ordered && to === null)
    return plain(
      "offline-ordered",
      "It was taken offline: here with another tool, or through the other node",
    );
  if (evidence.noQuorum && outcome !== "online" && evidence.fencedBy === null)
    return plain("quorum-lost", "The pair had no quorum, so nothing may run");
  return null;
}

function ownerCause(evidence: Evidence, { from }: CauseInput): Cause | null {
  const { fencedBy, failure } = evidence;
  if (from === null) return failure === null ? null : plain("resource-failed", failure);
  const fenced = fencedBy === null ? "" : fencedBy === "" ? " and fenced" : ` and fenced by ${fencedBy}`;
  if (fencedBy !== null && evidence.stopFailed)
    return plain("node-fenced", `${failure ?? "A resource did not go offline"}; so ${from} was fenced`);
  if (evidence.lost || fencedBy !== null) return plain("node-lost", `${from} was lost${fenced}`);
  if (failure !== null) return plain("resource-failed", failure);
  if (evidence.drained) return plain("pause", `${from} was paused, not through this node`);
  return null;
}

function quietCause(evidence: Evidence, { from, to }: CauseInput): Cause {
  if (from === null && evidence.wasOrdered)
    return plain("online-ordered", "It is no longer ordered to be offline");
  if (from === null && evidence.hadFailed)
    return plain("resource-failed", "It had failed, and was tried again");
  if (from === null && (evidence.isFirst || evidence.noQuorum))
    return plain("pair-start", "The pair has started or has quorum again, or the group is new");
  if (from === null && to !== null && to === evidence.returned)
    return plain("pair-start", `${to} is back, and it may run there`);
  if (to !== null && to === evidence.failbackTo)
    return plain("failback", `${to} is its preferred owner and may take it back`);
  if (evidence.isStarted)
    return plain("pair-start", "The engine has started anew: the pair, or one of its nodes, had been away");
  if (evidence.isEdited && evidence.isNewPolicy) return plain("policy", "A new policy was carried out");
  if (evidence.isEdited)
    return plain("move", "Somebody moved it: with another tool, or through the other node");
  return plain("unknown", "Nothing that this node has seen explains it");
}

function plain(cause: FailoverCause, detail: string): Cause {
  return { cause, detail, by: null };
}
