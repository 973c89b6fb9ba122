/**
 * What would come of an event on a pair, by the rules of the field (DOMAIN 2.5 and 2.6): quorum first, then fencing, then
 * the owner of each group, then the steps. Pacemaker's own scheduler answers the same question in `packages/pacemaker`.
 */
import { changesOf } from "./predict-changes.ts";
import { type Place, placeGroups, type Situation } from "./predict-owners.ts";
import { type GroupChange, runningOf, stepsOf } from "./predict-steps.ts";
import { type Membership, membershipAfter } from "./predict-votes.ts";
import { warningsOf } from "./predict-warnings.ts";
import { whyText } from "./predict-words.ts";
import type { GroupOutcome, PairState, Prediction, WhatIfEvent } from "./prediction.ts";
import type { MscsPolicy } from "./types.ts";

/** Pure. Names of the event that the pair does not have change nothing. */
export function predict(policy: MscsPolicy, state: PairState, event: WhatIfEvent): Prediction {
  const membership = membershipAfter(policy, state, event);
  const after = event.kind === "policy" ? event.policy : policy;
  const fenced = fencedNodes(after, membership);
  if (state.isMaintenance) return maintenance(after, state, membership);
  const situation = situationAfter(after, { state, event, membership });
  const places = limited(situation, placeGroups(situation), event);
  const changes = changesOf({ before: policy, state, situation, places, event });
  const outcomes = changes.map((change) => outcomeOf(change, { situation, places, event }));
  return {
    hasQuorum: membership.hasQuorum,
    fenced,
    groups: outcomes,
    steps: stepsOf(changes, membership.lost, fenced),
    warnings: warningsOf({ situation, membership, event, outcomes }),
  };
}

/** Only a side with quorum fences, and only if there are devices. */
function fencedNodes(policy: MscsPolicy, { lost, hasQuorum }: Membership): string[] {
  return policy.fencing !== null && hasQuorum ? lost : [];
}

/** In maintenance the engine does nothing at all: groups run on unwatched, and those of a lost node are gone. */
function maintenance(policy: MscsPolicy, state: PairState, membership: Membership): Prediction {
  const groups = policy.groups.map(({ name }): GroupOutcome => {
    const from = state.owners[name] ?? null;
    const isLost = from !== null && membership.lost.includes(from);
    const why = isLost
      ? `The pair is in maintenance: ${name} is lost with ${from}, and nothing takes it over.`
      : `The pair is in maintenance: ${name} is left as it is.`;
    return {
      group: name,
      from,
      to: isLost ? null : from,
      verdict: isLost ? "stops" : "stays",
      stopped: [],
      why,
    };
  });
  const warnings = [
    "The pair is in maintenance: the engine watches nothing and does nothing. End it to be protected again.",
  ];
  return { hasQuorum: membership.hasQuorum, fenced: [], groups, steps: [], warnings };
}

interface Happening {
  state: PairState;
  event: WhatIfEvent;
  membership: Membership;
}

function situationAfter(policy: MscsPolicy, { state, event, membership }: Happening): Situation {
  const { members, lost, hasQuorum } = membership;
  const returned = event.kind === "nodeReturn" && isDown(state, event.node) ? event.node : null;
  return {
    policy,
    state: {
      ...state,
      nodes: state.nodes.map((node) => ({ ...node, state: nodeStateAfter(node, members, event) })),
      // A node that starts anew has forgotten its failures.
      failCounts: failCountsAfter(policy, state, event).filter(
        (item) => !lost.includes(item.node) && item.node !== returned,
      ),
      hardFailures: (state.hardFailures ?? []).filter(
        (item) => !lost.includes(item.node) && item.node !== returned,
      ),
      deadNetworks: event.kind === "linkLoss" ? [...state.deadNetworks, event.network] : state.deadNetworks,
      hasWitness: membership.hasWitness,
    },
    before: state,
    members,
    hasQuorum,
    drained: event.kind === "nodePause" && event.mode === "drain" ? [event.node] : [],
    wanted: event.kind === "move" ? { group: event.group, to: event.to } : null,
  };
}

function isDown(state: PairState, node: string): boolean {
  return state.nodes.some((item) => item.name === node && item.state === "down");
}

function nodeStateAfter(
  node: PairState["nodes"][number],
  members: readonly string[],
  event: WhatIfEvent,
): PairState["nodes"][number]["state"] {
  if (!members.includes(node.name)) return "down";
  const isPausedNow = event.kind === "nodePause" && event.node === node.name;
  return isPausedNow || node.state === "paused" ? "paused" : "up";
}

/** A failure counts on the present owner: it is the next one, or the one that the event names if that is later. */
function failCountsAfter(policy: MscsPolicy, state: PairState, event: WhatIfEvent): PairState["failCounts"] {
  if (event.kind !== "resourceFailure") return state.failCounts;
  const node = state.owners[event.group] ?? null;
  if (node === null) return state.failCounts;
  // What does not run cannot fail.
  const group = policy.groups.find((item) => item.name === event.group);
  const isRunning =
    group !== undefined && runningOf(group, node, state).some((item) => item.name === event.resource);
  if (!isRunning) return state.failCounts;
  const resource = `${event.group}/${event.resource}`;
  const isIt = (item: PairState["failCounts"][number]) => item.node === node && item.resource === resource;
  const before = state.failCounts.find(isIt)?.count ?? 0;
  const count = Math.max(before + 1, event.times);
  return [...state.failCounts.filter((item) => !isIt(item)), { node, resource, count }];
}

/** The failovers that a group may make are counted above the engine: one too many, and it is left offline. */
function limited(
  { policy, state }: Situation,
  places: ReadonlyMap<string, Place>,
  event: WhatIfEvent,
): Map<string, Place> {
  const counts = event.kind === "nodeLoss" || event.kind === "resourceFailure" || event.kind === "linkLoss";
  return new Map(
    policy.groups.map((group) => {
      const place: Place = places.get(group.name) ?? {
        owner: null,
        reason: { kind: "nowhere", because: [] },
      };
      const done = state.failovers[group.name] ?? 0;
      const isOver =
        counts && place.reason.kind === "left" && place.owner !== null && done >= group.failover.threshold;
      return [group.name, isOver ? { owner: null, reason: { kind: "limit", done } } : place];
    }),
  );
}

interface Outlook {
  situation: Situation;
  places: ReadonlyMap<string, Place>;
  event: WhatIfEvent;
}

function outcomeOf(change: GroupChange, { situation, places, event }: Outlook): GroupOutcome {
  const { group } = change.starting;
  const from = situation.state.owners[group.name] ?? null;
  const running = new Set(change.starting.resources.map((resource) => resource.name));
  const to = running.size === 0 ? null : change.starting.node;
  const stopped = group.resources.map((item) => item.name).filter((name) => !running.has(name));
  const verdict = verdictOf({
    from,
    to,
    isPartial: stopped.length > 0,
    isRestarted: change.restarted.size > 0,
  });
  return {
    group: group.name,
    from,
    to,
    verdict,
    stopped: verdict === "partial" ? stopped.map((name) => `${group.name}/${name}`) : [],
    why: whyText({
      situation,
      group,
      from,
      to,
      stopped,
      restarted: change.restarted,
      event,
      place: places.get(group.name),
    }),
  };
}

/** What has become of a group, in one word. `isRestarted`: some of it was stopped and started where it was. */
export function verdictOf(what: {
  from: string | null;
  to: string | null;
  isPartial: boolean;
  isRestarted: boolean;
}): GroupOutcome["verdict"] {
  if (what.to === null) return what.from === null ? "offline" : "stops";
  if (what.isPartial) return "partial";
  if (what.from === null) return "starts";
  if (what.from !== what.to) return "moves";
  return what.isRestarted ? "restarts" : "stays";
}
