/** What is not as it should be in a pair, worst first, with how old the news is. Null = nothing. */
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
export function pairWhy(causes: Causes): string | null {
  const { policy, best, now } = causes;
  const silent = silenceCause(causes);
  if (!best)
    return whyText([`No node of ${policy.cluster} has reported the state of its engine yet.`, silent]);
  if (!best.isFresh) {
    const age = durationText(now - best.at);
    return whyText([`The last view is ${age} old (from ${best.from}); nothing newer is known.`, silent]);
  }
  const { view, from } = best;
  if (view.engineBlind !== null)
    return whyText([`${from} cannot see the engine: ${sentence(view.engineBlind)}`, silent]);
  const groups = view.groups.map(groupCause);
  return whyText([
    view.hasQuorum ? null : `${from} has no quorum: its half runs nothing until a second vote is back.`,
    ...view.nodes.filter(({ state }) => state === "unclean").map(nodeCause),
    ...groups.filter(({ isBad }) => isBad).map(({ text }) => text),
    ...view.nodes.filter(({ state }) => state === "paused").map(nodeCause),
    ...groups.filter(({ isBad }) => !isBad).map(({ text }) => text),
    view.isMaintenance ? "The pair is in maintenance: the engine watches nothing and does nothing." : null,
    ...(causes.protection.isProtected ? [] : causes.protection.why.map(sentence)),
    ...view.networks.map(networkCause),
    ...wrongClocks(policy, causes.live).map(clockCause),
    silent,
    driftCause(causes.drift),
  ]);
}

function silenceCause({ policy, live, now }: Causes): string | null {
  const witness = policy.witness === null ? [] : [policy.witness.node];
  const names = [...policy.nodes.map(({ node }) => node), ...witness];
  return whyText(
    names.map((name) => {
      const entry = live.get(name);
      if (entry?.online) return null;
      if (!entry?.lastSeenAt) return `${name} has not reported yet.`;
      return `${name} has not been heard of for ${durationText(now - entry.lastSeenAt)}.`;
    }),
  );
}

/** That a node is down, and what that means, is said with the protection of the pair. */
function nodeCause({ name, state, pause }: ClusterView["nodes"][number]): string {
  if (state === "unclean") return `${name} is in an unknown state: it must be fenced before its groups move.`;
  return pause === "keep"
    ? `${name} is paused: it keeps its groups and takes no other until it is resumed.`
    : `${name} is paused: it takes no group until it is resumed.`;
}

/** What was ordered, or is on its way, is less than what failed. */
function groupCause(group: ClusterView["groups"][number]): { text: string | null; isBad: boolean } {
  const { name, state, owner } = group;
  if (state === "online") return { text: null, isBad: false };
  if (group.failovers?.isHalted)
    return {
      text: `Group ${name} is left offline: it has failed over ${group.failovers.count} times within the period of its policy. Clear it, or bring it online.`,
      isBad: true,
    };
  if (group.isOrderedOffline) return { text: `Group ${name} is offline by order.`, isBad: false };
  const failed = group.resources.filter((resource) => resource.state === "failed");
  const cause = failed.map(failureText).join(", ");
  const where = owner ? ` on ${owner}` : "";
  const text = `Group ${name} is ${state}${where}${cause ? `: ${cause}` : ""}.`;
  return { text, isBad: state !== "pending" };
}

function failureText({ name, failCount, lastFailure }: ClusterView["groups"][number]["resources"][number]) {
  const times = failCount === 1 ? "once" : `${failCount} times`;
  return `${name} failed ${times}${lastFailure === null ? "" : ` (${lastFailure.replace(/\.$/, "")})`}`;
}

function networkCause({ name, state }: ClusterView["networks"][number]): string | null {
  if (state === "down") return `Network ${name} is down.`;
  return state === "partitioned" ? `The nodes do not hear each other on network ${name}.` : null;
}

function clockCause({ node, aheadMs }: { node: string; aheadMs: number }): string {
  return `The clock of ${node} is ${clockGapText(aheadMs)} the controller's: histories and failback windows are wrong there. ${clockCure}`;
}

function driftCause(drift: readonly string[]): string | null {
  if (drift.length === 0) return null;
  const what = drift.length === 1 ? "1 difference" : `${drift.length} differences`;
  return `The engine is configured otherwise than the policy says: ${what}; adopt or revert.`;
}

function sentence(text: string): string {
  return text.endsWith(".") ? text : `${text}.`;
}
