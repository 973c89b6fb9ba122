/** `mscs.whatIf`: core's model and Pacemaker's own scheduler answer the same question from the same state. */
import type { ApiContext, Missing, WhatIfAnswer } from "@bulkhead/api";
import type { Refusal } from "@bulkhead/core/fleet";
import {
  type FailoverRecord,
  localHour,
  type MscsPolicy,
  type PairState,
  plannedState,
  predict,
  predictionDifferences,
  stateOf,
  type WhatIfEvent,
} from "@bulkhead/core/mscs";
import { readPrediction } from "@bulkhead/protocol";
import type { LiveFleet } from "../../live/live-fleet.ts";
import { bestView, seenNodes, type Witnessed } from "../../live/mscs/seen.ts";
import { askPair, type MscsServiceOptions, pairOf } from "./pairs.ts";
import { plannedPair } from "./plan-policy.ts";

/** How many failovers of each group are told, and how far back they are looked for. */
const tookMax = 5;
const lookBackRows = 200;

type Input = Parameters<ApiContext["mscs"]["whatIf"]>[0];
type Failed = { refusals: Refusal[] } | Missing;

export async function whatIf(options: MscsServiceOptions, input: Input): Promise<WhatIfAnswer | Failed> {
  const asked = await questionOf(options, input);
  if (!("event" in asked)) return asked;
  const { policy, event } = asked;
  const state = startState(options, input, policy);
  if ("refusals" in state) return state;
  const prediction = predict(policy, state, event);
  const engine = await askEngine(options, { policy, state, event, from: input.from });
  const rows = await options.db.mscs.failovers({
    pair: policy.cluster,
    group: null,
    before: null,
    limit: lookBackRows,
  });
  return {
    from: input.from,
    prediction,
    engine,
    differences: engine === null ? [] : predictionDifferences(prediction, engine),
    tookLast: tookLast(policy, rows),
  };
}

/** A plan may bring a pair that is not in force yet: then it is both what was and what comes. */
async function questionOf(
  options: MscsServiceOptions,
  { cluster, question }: Input,
): Promise<{ policy: MscsPolicy; event: WhatIfEvent } | Failed> {
  const present = pairOf(options.world, cluster);
  if (question.kind !== "plan") {
    if ("missing" in present) return present;
    return missingName(present, question) ?? { policy: present, event: question };
  }
  const planned = await plannedPair(options, cluster, question.planId);
  if (!("policy" in planned)) return planned;
  const policy = "missing" in present ? planned.policy : present;
  return { policy, event: { kind: "policy", policy: planned.policy } };
}

/** What the event names must be there: a prediction about nothing would look like a calm answer. */
function missingName(policy: MscsPolicy, event: WhatIfEvent): Missing | null {
  const among = (what: string, name: string, known: readonly string[]): Missing | null =>
    known.includes(name)
      ? null
      : {
          missing: `${what} ${name} in pair ${policy.cluster}`,
          cure: `There is ${known.join(", ") || "none"}.`,
        };
  const nodes = policy.nodes.map(({ node }) => node);
  const groups = policy.groups.map(({ name }) => name);
  switch (event.kind) {
    case "nodeLoss":
    case "nodeReturn":
    case "nodePause":
      return among("Node", event.node, nodes);
    case "move":
      return among("Group", event.group, groups) ?? among("Node", event.to, nodes);
    case "resourceFailure": {
      const group = policy.groups.find(({ name }) => name === event.group);
      const resources = group?.resources.map(({ name }) => name) ?? [];
      return among("Group", event.group, groups) ?? among("Resource", event.resource, resources);
    }
    case "linkLoss":
      return among(
        "Network",
        event.network,
        policy.networks.map(({ name }) => name),
      );
    default:
      return null;
  }
}

function startState(
  { live, clock }: MscsServiceOptions,
  { cluster, from }: Input,
  policy: MscsPolicy,
): PairState | { refusals: Refusal[] } {
  if (from === "planned") return plannedState(policy);
  const now = clock.nowMs();
  const best = bestView(seenNodes(policy, live, now));
  if (best?.isFresh && best.view.engineBlind === null)
    return stateOf(policy, best.view, hourOf(live, best, now));
  return { refusals: [notSeen(cluster)] };
}

/** Failback windows are hours of the coordinator, by its own clock; of the node that reports, if that one does not. */
function hourOf(live: LiveFleet, { view, from }: Witnessed, now: number): number {
  for (const name of [view.dc ?? from, from]) {
    const entry = live.get(name);
    const offset = entry?.status?.service === "mscs" ? entry.status.mscs.utcOffsetMin : undefined;
    if (entry && offset !== undefined) return localHour(now + (entry.clockGap.aheadMs() ?? 0), offset);
  }
  // An agent of an earlier version does not tell its zone.
  return new Date(now).getHours();
}

function notSeen(cluster: string): Refusal {
  return {
    rule: "B-unreachable",
    severity: "error",
    objects: [{ kind: "mscs-cluster", name: cluster }],
    message: `The state of pair ${cluster} is not known now`,
    reason: "No node that sees its engine reports, so there is no state to start from.",
    cure: "Bring its agents back, or ask about the pair as it is planned (from: planned).",
  };
}

/** Null = nobody could be asked. */
async function askEngine(
  options: MscsServiceOptions,
  asked: { policy: MscsPolicy; state: PairState; event: WhatIfEvent; from: Input["from"] },
) {
  const { policy, state, event, from } = asked;
  const answer = await askPair(options, policy, {
    verb: "mscs.whatIf",
    args: {
      event: JSON.stringify(event),
      policy: JSON.stringify(policy),
      state: JSON.stringify(state),
      from,
    },
    read: readPrediction,
  });
  return "value" in answer ? answer.value : null;
}

/** How long the last failovers of each group took until it was online again, ms, newest first. */
function tookLast(policy: MscsPolicy, rows: readonly FailoverRecord[]): Record<string, number[]> {
  const took = (name: string) =>
    rows.flatMap(({ group, outcome, startedAt, endedAt }) =>
      group === name && outcome === "online" && endedAt !== null ? [endedAt - startedAt] : [],
    );
  return Object.fromEntries(policy.groups.map(({ name }) => [name, took(name).slice(0, tookMax)]));
}
