/** What is not as it should be in a pair, worst first, with how old the news is. Null = nothing. */
import type { PairCause } from "@bulkhead/api";
import {
  type ClusterView,
  clockCure,
  clockGapText,
  type MscsPolicy,
  type Protection,
} from "@bulkhead/core/mscs";
import type { LiveFleet } from "../live-fleet.ts";
import { durationText, whyText } from "../words.ts";
import { wrongClocks } from "./clocks.ts";
import type { Witnessed } from "./seen.ts";

export interface Causes {
  policy: MscsPolicy;
  live: LiveFleet;
  best: Witnessed | null;
  protection: Protection;
  drift: readonly string[];
  now: number;
}

/** Without a fresh view everything else is history: then only that is said, and who is silent. */
export function pairCauses(causes: Causes): PairCause[] {
  const { policy, best, now } = causes;
  const silent = silenceCauses(causes);
  if (!best)
    return [
      cause("unseen", "error", `No node of ${policy.cluster} has reported the state of its engine yet.`),
      ...silent,
    ];
  if (!best.isFresh) {
    const age = durationText(now - best.at);
    const text = `The last view is ${age} old (from ${best.from}); nothing newer is known.`;
    return [cause("unseen", "error", text), ...silent];
  }
  const { view, from } = best;
  if (view.engineBlind !== null)
    return [
      cause("blind", "error", `${from} cannot see the engine: ${sentence(view.engineBlind)}`),
      ...silent,
    ];
  return [...viewCauses(view, from), ...surroundings(causes, view), ...silent, ...driftCauses(causes.drift)];
}

/** The causes in one text; null = there are none. */
export function pairWhy(causes: readonly PairCause[]): string | null {
  return whyText(causes.map(({ text }) => text));
}

function viewCauses(view: ClusterView, from: string): PairCause[] {
  const groups = view.groups.flatMap(groupCauses);
  const these = (severity: PairCause["severity"]) => groups.filter((item) => item.severity === severity);
  const noQuorum = `${from} has no quorum: its half runs nothing until a second vote is back.`;
  const maintenance = "The pair is in maintenance: the engine watches nothing and does nothing.";
  return [
    ...(view.hasQuorum ? [] : [cause("quorum", "error", noQuorum)]),
    ...view.nodes.filter(({ state }) => state === "unclean").map(nodeCause),
    ...these("error"),
    ...these("warn"),
    ...view.nodes.filter(({ state }) => state === "paused").map(nodeCause),
    ...these("note"),
    ...(view.isMaintenance ? [cause("maintenance", "warn", maintenance)] : []),
  ];
}

/** What is not of the groups themselves, and decides how they outlive the next failure. */
function surroundings({ policy, live, protection }: Causes, view: ClusterView): PairCause[] {
  return [
    ...weaknesses(protection).map((text) => cause("protection", "error", sentence(text))),
    ...view.networks.flatMap(networkCauses),
    ...wrongClocks(policy, live).map(clockCause),
  ];
}

/** What only warns is told by the networks themselves, or is as somebody built it. */
function weaknesses({ isProtected, why, warnings }: Protection): string[] {
  return isProtected ? [] : why.filter((text) => !warnings.includes(text));
}

/** Of the pair as a whole. */
function cause(code: PairCause["code"], severity: PairCause["severity"], text: string): PairCause {
  return { code, severity, about: null, text, cure: pairCures[code] ?? null };
}

const pairCures: Partial<Record<PairCause["code"], string>> = {
  unseen: "Look at the agents of both nodes: systemctl status bulkhead-agent.",
  blind:
    "Look at the engine on that node: systemctl status pacemaker corosync. Services may be running on unseen, so start none elsewhere.",
  quorum: "Bring the other node or the witness back.",
  maintenance: "End it when the work is done.",
};

function silenceCauses({ policy, live, now }: Causes): PairCause[] {
  const witness = policy.witness === null ? [] : [policy.witness.node];
  return [...policy.nodes.map(({ node }) => node), ...witness].flatMap((name) => {
    const entry = live.get(name);
    if (entry?.online) return [];
    const text = entry?.lastSeenAt
      ? `${name} has not been heard of for ${durationText(now - entry.lastSeenAt)}.`
      : `${name} has not reported yet.`;
    return [
      { code: "silence", severity: "warn", about: { kind: "node", name }, text, cure: silenceCure(name) },
    ];
  });
}

function silenceCure(name: string): string {
  return `Look at power and network of ${name}, and at its agent: systemctl status bulkhead-agent.`;
}

/** That a node is down, and what that means, is said with the protection of the pair. */
function nodeCause({ name, state, pause }: ClusterView["nodes"][number]): PairCause {
  const about = { kind: "node", name } as const;
  if (state === "unclean") {
    const text = `${name} is in an unknown state: it must be fenced before its groups move.`;
    const cure = `The pair does it by itself; while it cannot, mend the fence device of ${name}, or see that ${name} is off and say so.`;
    return { code: "node", severity: "error", about, text, cure };
  }
  const text =
    pause === "keep"
      ? `${name} is paused: it keeps its groups and takes no other until it is resumed.`
      : `${name} is paused: it takes no group until it is resumed.`;
  return { code: "order", severity: "note", about, text, cure: null };
}

/** What was ordered, or is on its way, is less than what failed. */
function groupCauses(group: ClusterView["groups"][number]): PairCause[] {
  const { name, state, owner } = group;
  const about = { kind: "group", name } as const;
  if (state === "online") return [];
  if (group.failovers?.isHalted) {
    const text = `Group ${name} is left offline: it has failed over ${group.failovers.count} times within the period of its policy. Clear it, or bring it online.`;
    return [{ code: "group", severity: "error", about, text, cure: null }];
  }
  if (group.isOrderedOffline)
    return [
      { code: "order", severity: "note", about, text: `Group ${name} is offline by order.`, cure: null },
    ];
  const failed = group.resources.filter((resource) => resource.state === "failed");
  const failures = failed.map(failureText).join(", ");
  const where = owner ? ` on ${owner}` : "";
  const text = `Group ${name} is ${state}${where}${failures ? `: ${failures}` : ""}.`;
  if (state === "pending") return [{ code: "order", severity: "note", about, text, cure: null }];
  const cure = "Cure what its resources say, then clear its failures; the engine starts it again by itself.";
  return [{ code: "group", severity: state === "failed" ? "error" : "warn", about, text, cure }];
}

function failureText({ name, failCount, lastFailure }: ClusterView["groups"][number]["resources"][number]) {
  const times = failCount === 1 ? "once" : `${failCount} times`;
  return `${name} failed ${times}${lastFailure === null ? "" : ` (${lastFailure.replace(/\.$/, "")})`}`;
}

function networkCauses({ name, state }: ClusterView["networks"][number]): PairCause[] {
  if (state !== "down" && state !== "partitioned") return [];
  const text =
    state === "down" ? `Network ${name} is down.` : `The nodes do not hear each other on network ${name}.`;
  const cure = `Look at cables, cards and switches of ${name}.`;
  return [{ code: "network", severity: "warn", about: { kind: "network", name }, text, cure }];
}

function clockCause({ node, aheadMs }: { node: string; aheadMs: number }): PairCause {
  const text = `The clock of ${node} is ${clockGapText(aheadMs)} the controller's: histories and failback windows are wrong there. ${clockCure}`;
  return { code: "clock", severity: "warn", about: { kind: "node", name: node }, text, cure: null };
}

function driftCauses(drift: readonly string[]): PairCause[] {
  if (drift.length === 0) return [];
  const what = drift.length === 1 ? "1 difference" : `${drift.length} differences`;
  const text = `The engine is configured otherwise than the policy says: ${what}; adopt or revert.`;
  return [cause("drift", "warn", text)];
}

function sentence(text: string): string {
  return text.endsWith(".") ? text : `${text}.`;
}
