/** The outcome of a what-if for one group as a sentence, in the words of the field. */

import { failCount, isRestartedForEver } from "./predict-failures.ts";
import type { Place, Situation } from "./predict-owners.ts";
import { whyNot } from "./predict-owners.ts";
import type { WhatIfEvent } from "./prediction.ts";
import type { MscsGroup } from "./types.ts";

export interface WhyInput {
  situation: Situation;
  group: MscsGroup;
  from: string | null;
  /** Null = none of it runs. */
  to: string | null;
  /** Names of its resources that do not run. */
  stopped: readonly string[];
  restarted: ReadonlySet<string>;
  event: WhatIfEvent;
  /** Undefined = the policy no longer has the group. */
  place: Place | undefined;
}

/** One sentence, or two where part of the group does not run. */
export function whyText(input: WhyInput): string {
  const { group, place, to, stopped } = input;
  if (place === undefined)
    return `${group.name} is no longer in the policy: it goes offline and is forgotten.`;
  const main = placeText(input, place);
  if (to === null || stopped.length === 0) return main;
  return `${main} ${stoppedText(input)}`;
}

function placeText(input: WhyInput, place: Place): string {
  const { group, from, to } = input;
  const name = group.name;
  const { reason } = place;
  switch (reason.kind) {
    case "stays":
      return stayText(input);
    case "failback":
      return group.preferredOwners[0] === to
        ? `${name} goes back to ${to}, its preferred owner.`
        : `${name} goes to ${to}: it may fail back, and keeps apart from the groups of its class.`;
    case "moved":
      return from === to ? `${name} is on ${to} already.` : `${name} moves to ${to} as ordered.`;
    case "started":
      return `${name} comes online on ${to}.`;
    case "left":
      return `${name} goes over to ${to}, because ${clause(reason.because, input)}.`;
    case "ordered":
    case "ordered offline":
      return from === null
        ? `${name} stays offline, as it was ordered.`
        : `${name} goes offline, as it was ordered.`;
    case "no quorum":
      return from === null
        ? `${name} stays offline: without quorum nothing may run.`
        : `${name} goes offline: what is left of the pair has no quorum.`;
    case "limit":
      return `${name} is left offline: it has failed over ${times(reason.done)} within ${group.failover.periodHours} h, and its limit is ${group.failover.threshold}.`;
    case "held":
      return heldText(input);
    case "nowhere":
      return nowhereText(input, reason.because);
  }
}

function heldText({ group, from, to }: WhyInput): string {
  const why =
    "a resource that failed there is left as it is, and neither it nor what it rests on can be stopped";
  if (to === null) return `${group.name} goes offline on ${from}, but for what failed and is left as it is.`;
  return from === to
    ? `${group.name} cannot leave ${from}: ${why}. Clear the failure first.`
    : `${group.name} goes to ${to} in part: ${why}. Clear the failure first.`;
}

function stayText({ situation, group, to, from, restarted, event }: WhyInput): string {
  const { name } = group;
  if (event.kind === "resourceFailure" && event.group === name && restarted.has(event.resource)) {
    return failureText(event.resource, { group, situation, to });
  }
  if (event.kind === "move" && event.group === name) {
    return `${name} stays on ${from}: ${whyNot(situation, group, event.to) ?? `${event.to} may not have it`}.`;
  }
  if (event.kind === "policy" && restarted.size > 0) {
    return `${name} stays on ${to}; ${[...restarted].join(", ")} restart with the new settings.`;
  }
  return `${name} stays on ${to}.`;
}

function failureText(
  resource: string,
  { group, situation, to: node }: Pick<WhyInput, "group" | "situation" | "to">,
): string {
  const failed = group.resources.find((item) => item.name === resource);
  const restart = failed?.restart;
  const isEndless = failed !== undefined && isRestartedForEver(group, failed);
  const count = node === null ? 0 : failCount(situation.state, `${group.name}/${resource}`, node);
  if (restart === undefined || restart.action === "none")
    return `${group.name} stays on ${node}; ${resource} is not restarted.`;
  if (isEndless) return `${resource} is restarted on ${node}, as often as it fails.`;
  if (count > restart.threshold) {
    return `${group.name} stays on ${node}; ${resource} was restarted ${times(restart.threshold)} and is given up.`;
  }
  return `${resource} is restarted on ${node}, for the ${ordinal(count)} of ${times(restart.threshold)}.`;
}

function nowhereText({ group, from, to }: WhyInput, because: readonly string[]): string {
  const reasons = because.join(", and ");
  if (to !== null) return `${group.name} cannot run as a whole anywhere: ${reasons}.`;
  return `${group.name} ${from === null ? "stays" : "goes"} offline: ${reasons}.`;
}

function stoppedText({ group, stopped, event }: WhyInput): string {
  const failed = event.kind === "resourceFailure" && event.group === group.name ? event.resource : null;
  const others = stopped.filter((name) => name !== failed);
  if (failed === null || !stopped.includes(failed)) return `Offline in it: ${stopped.join(", ")}.`;
  const dependents = others.length === 0 ? "" : `, and with it ${others.join(", ")}`;
  return `${failed} stays failed${dependents}.`;
}

/** "db-1 is down" is told as it came about. */
function clause(because: string, { event, from }: WhyInput): string {
  if (event.kind === "nodeLoss" && event.node === from) return `${from} is lost`;
  if (event.kind === "linkLoss" && because === `${from} is down`) return `${from} is cut off`;
  return because;
}

function times(count: number): string {
  return count === 1 ? "1 time" : `${count} times`;
}

function ordinal(count: number): string {
  const ends = ["th", "st", "nd", "rd"];
  const teens = count % 100 >= 11 && count % 100 <= 13;
  return `${count}${teens ? "th" : (ends[count % 10] ?? "th")}`;
}
