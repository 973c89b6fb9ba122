/** What of each group runs before and after an event, and what is restarted where it is. */
import type { Place, Situation } from "./predict-owners.ts";
import { type GroupChange, runningOf, withDependents } from "./predict-steps.ts";
import type { PairState, WhatIfEvent } from "./prediction.ts";
import type { MscsGroup, MscsPolicy, MscsResource } from "./types.ts";

interface ChangesInput {
  /** The policy before the event. */
  before: MscsPolicy;
  /** The state before the event. */
  state: PairState;
  situation: Situation;
  places: ReadonlyMap<string, Place>;
  event: WhatIfEvent;
}

/** In the order of the priorities; groups that the policy no longer has come last, and go offline. */
export function changesOf({ before, state, situation, places, event }: ChangesInput): GroupChange[] {
  const present = situation.policy.groups.map((group): GroupChange => {
    const former = before.groups.find((item) => item.name === group.name) ?? group;
    const from = state.owners[group.name] ?? null;
    const to = places.get(group.name)?.owner ?? null;
    const running = runningOf(former, from, state);
    const going = runningOf(group, to, situation.state);
    return {
      stopping: { group: former, resources: running, node: from },
      starting: { group, resources: going, node: to },
      restarted: from === to ? restartedIn({ group, former, event, running }) : new Set(),
      held: heldIn(group, event),
    };
  });
  const gone = before.groups.filter((group) =>
    situation.policy.groups.every((item) => item.name !== group.name),
  );
  return [...present, ...gone.map((group) => removal(group, state))];
}

function removal(group: MscsGroup, state: PairState): GroupChange {
  const from = state.owners[group.name] ?? null;
  return {
    stopping: { group, resources: runningOf(group, from, state), node: from },
    starting: { group, resources: [], node: null },
    restarted: new Set(),
    held: new Set(),
  };
}

interface RestartInput {
  group: MscsGroup;
  former: MscsGroup;
  event: WhatIfEvent;
  /** Before the event. */
  running: readonly MscsResource[];
}

/** The failed resource or the changed ones, and what depends on them. What does not run cannot fail. */
function restartedIn({ group, former, event, running }: RestartInput): Set<string> {
  if (event.kind === "resourceFailure" && event.group === group.name) {
    const failed = running.filter((item) => item.name === event.resource).map((item) => item.name);
    return withDependents(group, failed);
  }
  if (event.kind !== "policy") return new Set();
  const changed = group.resources.filter((resource) =>
    former.resources.some((item) => item.name === resource.name && settingsOf(item) !== settingsOf(resource)),
  );
  return withDependents(
    group,
    changed.map((resource) => resource.name),
  );
}

/** How a resource is watched and restarted can change without a restart. */
const carefree: ReadonlySet<string> = new Set([
  "dependsOn",
  "possibleOwners",
  "restart",
  "pendingTimeoutS",
  "looksAliveS",
  "isAliveS",
  "retryAfterS",
]);

/** What the resource runs with, as one text. */
function settingsOf(resource: MscsResource): string {
  const settings = Object.entries(resource).filter(([name]) => !carefree.has(name));
  return JSON.stringify(settings.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Restart action none: the engine touches the failed resource no more, so there is no step for it. */
function heldIn(group: MscsGroup, event: WhatIfEvent): Set<string> {
  if (event.kind !== "resourceFailure" || event.group !== group.name) return new Set();
  const failed = group.resources.find((resource) => resource.name === event.resource);
  return new Set(failed?.restart.action === "none" ? [failed.name] : []);
}
