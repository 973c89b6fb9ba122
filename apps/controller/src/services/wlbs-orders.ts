/** What is checked of a WLBS order before it reaches a host, and what is sent. Pure. */
import type { FilterQuestion, WlbsOrder } from "@bulkhead/api";
import type { Refusal } from "@bulkhead/core/fleet";
import { packetForm, parsePacket, parseRuleTarget, ruleTargetForm } from "@bulkhead/core/wlbs";

const ruleVerbs = new Set<WlbsOrder["verb"]>(["enable", "disable", "drain"]);

/** What becomes of the clients when all hosts do it at once. */
const leavesNobody: Partial<Record<WlbsOrder["verb"], string>> = {
  stop: "Every connection to the virtual IPs is cut, and nobody answers until a host is started.",
  suspend:
    "Every connection to the virtual IPs is cut, and nobody answers until a host is resumed and started.",
  drainstop: "Open connections may end, but nobody takes a new one until a host is started.",
};

/** The arguments of the frame to a host. */
export function orderArgs({ target, deadlineS }: WlbsOrder): Record<string, string> {
  return {
    ...(target === null ? {} : { target }),
    ...(deadlineS === null ? {} : { deadlineS: String(deadlineS) }),
  };
}

/** Empty = may be sent. */
export function orderRefusals(order: WlbsOrder, hostCount: number): Refusal[] {
  const { verb, target, deadlineS } = order;
  const aboutTarget = ruleVerbs.has(verb) ? targetRefusal(verb, target) : strayTarget(verb, target);
  const checks = [aboutTarget, strayDeadline(verb, deadlineS), unconfirmed(order, hostCount)];
  return checks.filter((refusal) => refusal !== null);
}

/** For verbs that need to know which rule. */
export function targetRefusal(verb: string, target: string | null): Refusal | null {
  if (target !== null && parseRuleTarget(target)) return null;
  const said = target === null ? `wlbs ${verb} needs a port rule` : `"${target}" names no port rule`;
  return badTarget(said, `${ruleTargetForm} Any port of a rule stands for the whole rule.`);
}

/** Null = the packet can be asked about. */
export function packetRefusal({ cluster, protocol, from, to }: FilterQuestion): Refusal | null {
  if (parsePacket({ protocol, from, to })) return null;
  return {
    ...refusal("B-packet", cluster),
    message: `There is no ${protocol} packet from "${from}" to "${to}"`,
    reason: "A host can judge a packet only by addresses and ports.",
    cure: packetForm,
  };
}

function strayTarget(verb: string, target: string | null): Refusal | null {
  if (target === null) return null;
  return badTarget(`wlbs ${verb} is about the whole host and takes no port rule`, "Leave the target out.");
}

function badTarget(message: string, cure: string): Refusal {
  const reason = "Commands to port rules name the rule by a virtual IP and a port (DOMAIN 1.8).";
  return { ...refusal("B-rule-target", "wlbs"), message, reason, cure };
}

function strayDeadline(verb: string, deadlineS: number | null): Refusal | null {
  if (deadlineS === null || verb === "drainstop") return null;
  return {
    ...refusal("B-rule-target", "wlbs"),
    message: `wlbs ${verb} takes no deadline`,
    reason: "Only drainstop waits for connections to end.",
    cure: "Leave the deadline out, or use drainstop.",
  };
}

function unconfirmed({ cluster, host, verb, confirm }: WlbsOrder, hostCount: number): Refusal | null {
  const consequence = leavesNobody[verb];
  if (consequence === undefined || confirm || host !== null) return null;
  const hosts = hostCount === 1 ? "its only host" : `all ${hostCount} hosts`;
  return {
    ...refusal("B-confirm", cluster),
    message: `${verb} of ${cluster} means ${hosts} at once`,
    reason: consequence,
    cure: "Name one host, or confirm that you mean all of them.",
  };
}

function refusal(rule: string, cluster: string): Pick<Refusal, "rule" | "severity" | "objects"> {
  return { rule, severity: "error", objects: [{ kind: "wlbs-cluster", name: cluster }] };
}
