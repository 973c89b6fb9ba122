/** What of each group runs before and after an event, and what is restarted where it is. */
import { lineOf } from "./compile-group.ts";
import type { Place, Situation } from "./predict-owners.ts";
import { type GroupChange, pinnedIn, runningOf, withDependents } from "./predict-steps.ts";
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
export function changesOf(input: ChangesInput): GroupChange[] {
  const { before, situation } = input;
  const present = situation.policy.groups.map((group) => {
    const former = before.groups.find((item) => item.name === group.name) ?? group;
    return changeOf(group, former, input);
  });
  const gone = before.groups.filter((group) =>
    situation.policy.groups.every((item) => item.name !== group.name),
  );
  return [...present, ...gone.map((group) => removal(group, input))];
}

function changeOf(group: MscsGroup, former: MscsGroup, input: ChangesInput): GroupChange {
  const { state, situation, places, event } = input;
  const from = state.owners[group.name] ?? null;
  const place = places.get(group.name);
  const to = place?.owner ?? null;
  const running = runningOf(former, from, state);
  const pinned = pinnedOn(from, group, situation);
  const failed = event.kind === "resourceFailure" && event.group === group.name ? event.resource : null;
  const kept = from === to ? running.filter(({ name }) => pinned.has(name) && name !== failed) : [];
  const going = runningOf(group, to, situation.state).filter(
    ({ name }) => place?.reason.kind !== "held" || (from !== to && isBefore(group, name, pinned)),
  );
  // What failed and cannot be stopped is not started again either, and with it what rests on it.
  const stuck = withDependents(group, failed !== null && pinned.has(failed) ? [failed] : []);
  const after = new Set([...going.filter(({ name }) => !stuck.has(name)), ...kept].map(({ name }) => name));
  const restarted = from === to ? restartedIn({ group, former, event, running }) : new Set<string>();
  return {
    stopping: { group: former, resources: running, node: from },
    starting: { group, resources: group.resources.filter(({ name }) => after.has(name)), node: to },
    restarted: new Set([...restarted].filter((name) => !pinned.has(name))),
    held: pinned,
  };
}

/** What the policy no longer has is ordered offline first, and stays as long as it cannot stop. */
function removal(group: MscsGroup, { state, situation }: ChangesInput): GroupChange {
  const from = state.owners[group.name] ?? null;
  const running = runningOf(group, from, state);
  const pinned = pinnedOn(from, group, situation);
  const kept = running.filter(({ name }) => pinned.has(name));
  return {
    stopping: { group, resources: running, node: from },
    starting: { group, resources: kept, node: kept.length === 0 ? null : from },
    restarted: new Set(),
    held: pinned,
  };
}

/** What stands in the line before all that cannot leave can run elsewhere without it. */
function isBefore(group: MscsGroup, name: string, pinned: ReadonlySet<string>): boolean {
  const line = lineOf(group).map((resource) => resource.name);
  return line.indexOf(name) < line.findIndex((other) => pinned.has(other));
}

function pinnedOn(node: string | null, group: MscsGroup, { members, state }: Situation): Set<string> {
  return node !== null && members.includes(node) ? pinnedIn(group, state, node) : new Set();
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
