/**
 * The steps of a failover: exact ones from alerts, which tell of this node alone, and from views what no alert told. Both
 * say the same words for the same thing, so that a step is kept once, at its earliest time.
 */
import type { AlertEvent } from "./alerts.ts";
import type { FailoverRecord } from "./failovers.ts";
import type { ClusterView, GroupView, NodeState } from "./view.ts";

export type Step = FailoverRecord["steps"][number];

/** Two reports of one thing: a view may be that much later than the alert, and clocks of two nodes differ. */
const sameMs = 5_000;
/** Of one failover; more would be a group that flaps for minutes. */
const stepsMax = 60;

/** CIB ids of the group's resources -> their names. Ids that Bulkhead did not make are their own names. */
export function resourcesOf(group: GroupView): Map<string, string> {
  return new Map(
    group.resources.flatMap(({ name }) => [
      [name, name],
      [`${group.name}.${name}`, name],
    ]),
  );
}

/** In order of time; a step that is there already is kept at the earlier of both times. */
export function addStep(steps: readonly Step[], step: Step): Step[] {
  const isSame = (other: Step) =>
    other.text === step.text && other.node === step.node && Math.abs(other.at - step.at) <= sameMs;
  const at = steps.find(isSame)?.at ?? step.at;
  const others = steps.filter((other) => !isSame(other));
  const all = [...others, { ...step, at: Math.min(at, step.at) }];
  return all.sort((a, b) => a.at - b.at).slice(0, stepsMax);
}

export function addAlertSteps(
  steps: Step[],
  alerts: readonly AlertEvent[],
  about: { resources: ReadonlyMap<string, string>; from: string | null },
): Step[] {
  let all = steps;
  for (const alert of alerts) {
    const text = alertText(alert, about);
    if (text !== null) all = addStep(all, { at: alert.at, node: alert.node, text });
  }
  return all;
}

/** Null for what does not concern the group. */
function alertText(
  alert: AlertEvent,
  { resources, from }: { resources: ReadonlyMap<string, string>; from: string | null },
): string | null {
  if (alert.kind === "node") return alert.text === "lost" && alert.node === from ? words.lost : null;
  if (alert.kind === "fencing") return alert.node === from ? fenceText(alert) : null;
  const name = resources.get(alert.resource);
  if (name === undefined || alert.status === 1) return null;
  return taskText(name, alert);
}

/** "Operation reboot of n1 by n2 for pacemaker-controld.48@n2: OK (ref=...)". */
function fenceText({ rc, text }: AlertEvent): string {
  const by = / by (\S+) for /.exec(text)?.[1];
  return rc === 0 ? words.fenced(by ?? null) : words.notFenced(by ?? null);
}

function taskText(name: string, { task, rc, text }: AlertEvent): string | null {
  if (task === "start") return rc === 0 ? words.online(name) : `${name} did not come online: ${text}`;
  if (task === "stop") return rc === 0 ? words.offline(name) : `${name} did not go offline: ${text}`;
  // By an order; the engine's own words for it say nothing.
  if (task === "asyncmon") return `${name} was declared failed by order`;
  return rc === 0 ? null : `${name} failed its check: ${text}`;
}

/** How the group came to the owner that it now leaves is no part of its leaving, though the alerts of it may be late. */
export function withoutArrival(steps: Step[], from: string | null): Step[] {
  const first = steps.findIndex(({ node, text }) => node !== from || !text.endsWith(words.online("")));
  return from === null || first === 0 ? steps : steps.slice(first < 0 ? steps.length : first);
}

const words = {
  lost: "Lost: it is heard no more",
  back: "It is back",
  online: (name: string) => `${name} is online`,
  offline: (name: string) => `${name} is offline`,
  fenced: (by: string | null) => (by === null ? "Fenced" : `Fenced by ${by}`),
  notFenced: (by: string | null) => (by === null ? "Fencing it failed" : `Fencing it by ${by} failed`),
};

export interface ViewStepInput {
  at: number;
  before: ClusterView | null;
  view: ClusterView;
  group: GroupView;
  from: string | null;
}

/** What has changed since the view before. */
export function addViewSteps(steps: Step[], { at, before, view, group, from }: ViewStepInput): Step[] {
  if (before === null) return steps;
  const found: Step[] = [];
  const was = nodeState(before, from);
  const is = nodeState(view, from);
  if (isThere(was) && (is === "down" || is === "unclean")) found.push({ at, node: from, text: words.lost });
  for (const resource of group.resources) {
    const old = before.groups
      .find(({ name }) => name === group.name)
      ?.resources.find(({ name }) => name === resource.name);
    if (old === undefined || (old.state === resource.state && old.owner === resource.owner)) continue;
    if (resource.state === "online")
      found.push({ at, node: resource.owner, text: words.online(resource.name) });
    if (resource.state === "offline" && old.owner !== null)
      found.push({ at, node: old.owner, text: words.offline(resource.name) });
  }
  if (before.hasQuorum && !view.hasQuorum) found.push({ at, node: null, text: "This side has no quorum" });
  return found.reduce(addStep, steps);
}

export function nodeState(view: ClusterView | null, name: string | null): NodeState | null {
  return view?.nodes.find((node) => node.name === name)?.state ?? null;
}

function isThere(state: NodeState | null): boolean {
  return state === "up" || state === "paused";
}
