/** What runs where before and after an event, and the steps between: stop from the top, start from the bottom. */
import { lineOf } from "./compile-group.ts";
import { isLineEnough } from "./dependencies.ts";
import { isExhausted } from "./predict-failures.ts";
import type { PairState, PredictedStep } from "./prediction.ts";
import type { MscsGroup, MscsResource } from "./types.ts";

/** The part of a group that runs when the group is on `owner`; empty for null. In start order. */
export function runningOf(group: MscsGroup, owner: string | null, state: PairState): MscsResource[] {
  if (owner === null) return [];
  const isOff = ({ name }: MscsResource) => state.orderedOffline.includes(`${group.name}/${name}`);
  const hasFailed = (resource: MscsResource) => isExhausted(state, { group, resource, node: owner });
  // Not even an order stops what failed and is left as it is.
  const isLeft = (resource: MscsResource) => resource.restart.action === "none" && hasFailed(resource);
  const stopped = group.resources.filter((item) => !isLeft(item) && (isOff(item) || hasFailed(item)));
  const left = group.resources.filter(isLeft);
  const without = new Set([...behind(group, namesIn(stopped)), ...withDependents(group, namesIn(left))]);
  return group.resources.filter((resource) => !without.has(resource.name));
}

function namesIn(resources: readonly MscsResource[]): string[] {
  return resources.map((resource) => resource.name);
}

/**
 * The named resources with all that stands behind the first of them. The engine keeps the resources of a group together on
 * one node by holding each to the one before it, so that none runs behind one that does not, even if it does not depend on it.
 */
function behind(group: MscsGroup, names: readonly string[]): Set<string> {
  const line = lineOf(group).map((resource) => resource.name);
  const first = line.findIndex((name) => names.includes(name));
  return new Set(first === -1 ? [] : line.slice(first));
}

/**
 * Resources that failed on that node and are left as they are (action `none`), with all that they rest on: the engine cannot
 * stop any of them until somebody clears the failure.
 */
export function pinnedIn(group: MscsGroup, state: PairState, node: string): Set<string> {
  const pinned = new Set(
    group.resources
      .filter((item) => item.restart.action === "none" && isExhausted(state, { group, resource: item, node }))
      .map((item) => item.name),
  );
  for (const { name, waitsFor } of startOrder(group).reverse()) {
    if (pinned.has(name)) for (const other of waitsFor) pinned.add(other);
  }
  return pinned;
}

/** The named resources with all that wait for them. */
export function withDependents(group: MscsGroup, names: readonly string[]): Set<string> {
  const found = new Set(names);
  for (const { name, waitsFor } of startOrder(group)) {
    if (waitsFor.some((other) => found.has(other))) found.add(name);
  }
  return found;
}

/**
 * What each resource waits for, in start order. A tree that one line serves as well is carried out as that line: one after
 * another (docs/decisions/0009).
 */
export function startOrder(group: MscsGroup): { name: string; waitsFor: readonly string[] }[] {
  const line = lineOf(group);
  if (!isLineEnough(line)) return line.map(({ name, dependsOn }) => ({ name, waitsFor: dependsOn }));
  return line.map(({ name }, index) => ({
    name,
    waitsFor: line.slice(Math.max(0, index - 1), index).map((item) => item.name),
  }));
}

/** How a group changes. */
export interface GroupChange {
  /** Before the event; for a group that goes, the one of the policy before. */
  stopping: { group: MscsGroup; resources: readonly MscsResource[]; node: string | null };
  starting: { group: MscsGroup; resources: readonly MscsResource[]; node: string | null };
  /** Resources that are stopped and started on the same node. */
  restarted: ReadonlySet<string>;
  /** Resources that cannot be stopped: those that failed and are left as they are, and what these rest on. */
  held: ReadonlySet<string>;
}

/** Steps of all groups; `fenced` come first, and nothing starts before. */
export function stepsOf(
  changes: readonly GroupChange[],
  lost: readonly string[],
  fenced: readonly string[],
): PredictedStep[] {
  const fences = fenced.map((node) => ({ order: 0, action: "fence" as const, object: node, node }));
  const firstStart = fenced.length > 0 ? 1 : 0;
  const steps = changes.flatMap((change) => groupSteps(change, lost, firstStart));
  return [...fences, ...steps].sort((a, b) => a.order - b.order);
}

/** On a lost node nothing is stopped: fencing it, or its own end, has done so. */
function groupSteps(
  { stopping, starting, restarted, held }: GroupChange,
  lost: readonly string[],
  firstStart: number,
): PredictedStep[] {
  const isSame = stopping.node === starting.node;
  const keeps = (name: string, others: readonly MscsResource[]) =>
    isSame && !restarted.has(name) && others.some((other) => other.name === name);
  const down = stopping.resources.filter(({ name }) => !held.has(name) && !keeps(name, starting.resources));
  const up = starting.resources.filter(({ name }) => !keeps(name, stopping.resources));
  const isLost = stopping.node === null || lost.includes(stopping.node);
  const stops = isLost ? [] : stopLevels(stopping.group, namesOf(down));
  const first = Math.max(firstStart, ...stops.map((item) => item.level + 1));
  const starts = startLevels(starting.group, namesOf(up));
  return [
    ...stops.map(({ name, level }) => step("stop", stopping, { name, order: level })),
    ...starts.map(({ name, level }) => step("start", starting, { name, order: first + level })),
  ];
}

function step(
  action: "start" | "stop",
  at: { group: MscsGroup; node: string | null },
  { name, order }: { name: string; order: number },
): PredictedStep {
  return { order, action, object: `${at.group.name}/${name}`, node: at.node ?? "" };
}

function namesOf(resources: readonly MscsResource[]): Set<string> {
  return new Set(resources.map((resource) => resource.name));
}

interface Level {
  name: string;
  /** 0 for what waits for nothing; else one more than the highest that it waits for. */
  level: number;
}

function startLevels(group: MscsGroup, names: ReadonlySet<string>): Level[] {
  const levels = new Map<string, number>();
  for (const { name, waitsFor } of startOrder(group)) {
    if (!names.has(name)) continue;
    levels.set(name, 1 + Math.max(-1, ...waitsFor.map((other) => levels.get(other) ?? -1)));
  }
  return [...levels].map(([name, level]) => ({ name, level }));
}

/** What waited at the start is stopped first. */
function stopLevels(group: MscsGroup, names: ReadonlySet<string>): Level[] {
  const order = startOrder(group);
  const levels = new Map<string, number>();
  for (const { name } of [...order].reverse()) {
    if (!names.has(name)) continue;
    const users = order
      .filter((other) => other.waitsFor.includes(name))
      .map((other) => levels.get(other.name) ?? -1);
    levels.set(name, 1 + Math.max(-1, ...users));
  }
  return [...levels].map(([name, level]) => ({ name, level }));
}
