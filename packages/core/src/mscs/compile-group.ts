/** One MSCS group -> a Pacemaker group with its orders, its owners, and the groups that it keeps away from. */
import {
  type CibColocation,
  type CibGroup,
  type CibLocation,
  type CibOrder,
  resourceId,
} from "./cib-model.ts";
import { compileResource } from "./compile-resource.ts";
import { isLineEnough, orderByDependency } from "./dependencies.ts";
import type { GroupPriority, MscsGroup, MscsPolicy, MscsResource } from "./types.ts";

/** Score of the first preferred owner; each following one gets half. */
const firstOwnerScore = 100;
/** Stronger than a preference for an owner, weaker than staying where it runs: soft (DOMAIN 2.5, step 6). */
const apartScore = -500;
/**
 * Of both nodes for a group that keeps away from others: below zero the scheduler takes a node for one that cannot be had, and
 * rather leaves a failed group where it is.
 */
const baseScore = 5000;

/** The numbers of DOMAIN 2.3. Pacemaker places higher ones first. */
const priorities: Readonly<Record<GroupPriority, number>> = {
  high: 3000,
  medium: 2000,
  low: 1000,
  noAutoStart: 0,
};

type Engine = Pick<MscsPolicy, "engine">;

/** Throws on dependencies that the planner must have refused (R26). `stickiness` is what keeps a group where it is. */
export function compileGroup({ engine }: Engine, group: MscsGroup, stickiness: number): CibGroup {
  const ordered = lineOf(group);
  return {
    id: group.name,
    meta: {
      ...stickinessMeta(engine, group, stickiness),
      priority: String(priorities[group.priority]),
      ...(isLineEnough(ordered) ? {} : { ordered: "false" }),
    },
    failbackHours: group.failback.allow ? hourSpans(group.failback.windowHours) : [],
    startsOffline: group.priority === "noAutoStart",
    members: ordered.map((resource, index) =>
      compileResource(resourceId(group.name, resource.name, engine), resource, {
        group,
        engine,
        mayEnd: index > 0 && !ordered.slice(index + 1).some(isCritical),
      }),
    ),
  };
}

/** The dependencies one by one, for a group that does not stand in one line (docs/decisions/0009). */
export function groupOrders({ engine }: Engine, group: MscsGroup): CibOrder[] {
  const ordered = lineOf(group);
  if (isLineEnough(ordered)) return [];
  return ordered.flatMap(({ name, dependsOn }) =>
    dependsOn.map((first) => ({
      id: `${group.name}.${name}-after-${first}`,
      first: resourceId(group.name, first, engine),
      next: resourceId(group.name, name, engine),
    })),
  );
}

/**
 * Preferred owners with falling scores; nodes that one of the resources may not run on are out of question. `isApart`: there are
 * groups of its class.
 */
export function ownerLocations(group: MscsGroup, nodes: readonly string[], isApart: boolean): CibLocation[] {
  const possible = possibleOwnersOf(group, nodes);
  const may = (isApart ? possible : []).map((node) => ({
    id: baseId(group.name, node),
    resource: group.name,
    node,
    score: baseScore,
  }));
  const prefers = group.preferredOwners.map((node, index) => ({
    id: `${group.name}-prefers-${node}`,
    resource: group.name,
    node,
    score: Math.max(1, Math.floor(firstOwnerScore / 2 ** index)),
  }));
  const never = nodes
    .filter((node) => !possible.includes(node))
    .map((node) => ({
      id: `${group.name}-not-on-${node}`,
      resource: group.name,
      node,
      score: "-INFINITY" as const,
    }));
  return [...may, ...prefers, ...never];
}

/** Of the location that gives a group its base score on a node: no preference. */
export function baseId(group: string, node: string): string {
  return `${group}-may-be-on-${node}`;
}

/** Nodes that are possible owners of all resources of the group (DOMAIN 2.3); in the order of `nodes`. */
export function possibleOwnersOf(
  group: { resources: readonly Pick<MscsResource, "possibleOwners">[] },
  nodes: readonly string[],
): string[] {
  return nodes.filter((node) =>
    group.resources.every(
      ({ possibleOwners }) => possibleOwners.length === 0 || possibleOwners.includes(node),
    ),
  );
}

/**
 * One constraint for each two groups that share a class name: the lower one keeps away from the higher one, which the scheduler
 * places first. With one each way it would place the lower one first, and without regard to the higher one that runs.
 */
export function antiAffinities(groups: readonly MscsGroup[]): CibColocation[] {
  return groups.flatMap((group) =>
    groups
      .filter((other) => ranksBefore(groups, other, group) && keepsApart(group, other))
      .map((other) => ({
        id: `${group.name}-apart-from-${other.name}`,
        resource: group.name,
        with: other.name,
        score: apartScore,
      })),
  );
}

/** True if the two share a class name of anti-affinity. */
export function keepsApart(a: MscsGroup, b: MscsGroup): boolean {
  return a.name !== b.name && a.antiAffinity.some((name) => b.antiAffinity.includes(name));
}

/** True if `a` is placed before `b`: by priority, then in the order of the policy. */
export function ranksBefore(groups: readonly MscsGroup[], a: MscsGroup, b: MscsGroup): boolean {
  const more = priorities[a.priority] - priorities[b.priority];
  return more > 0 || (more === 0 && groups.indexOf(a) < groups.indexOf(b));
}

/**
 * True if the group goes back to its preferred owner as soon as that is up: Pacemaker then also undoes a
 * manual move to another owner at once.
 */
export function failsBackAtOnce(group: MscsGroup): boolean {
  return group.failback.allow && group.failback.windowHours === null;
}

/**
 * Start order of the resources. Those that never move the group (action `none` or `restart`) come as late as their dependents
 * allow: what stands behind them in the line stops with them. Throws on what R26 refuses.
 */
export function lineOf(group: MscsGroup): MscsResource[] {
  const criticalFirst = [
    ...group.resources.filter(isCritical),
    ...group.resources.filter((resource) => !isCritical(resource)),
  ];
  const { ordered, refusals } = orderByDependency(group.name, criticalFirst);
  if (refusals[0] !== undefined) throw new Error(refusals[0].message);
  return ordered;
}

function isCritical({ restart }: MscsResource): boolean {
  return restart.action === "failover";
}

/** In an adopted pair the defaults of the engine are somebody else's, so each group says it. */
function stickinessMeta(
  engine: MscsPolicy["engine"],
  group: MscsGroup,
  stickiness: number,
): Record<string, string> {
  if (failsBackAtOnce(group)) return { "resource-stickiness": "0" };
  return engine === "adopted" ? { "resource-stickiness": String(stickiness) } : {};
}

/** [22, 4] -> 22-23 and 0-3. The end hour is not part of the window; equal hours mean that one hour. */
function hourSpans(window: readonly [number, number] | null): string[] {
  if (window === null) return [];
  const [start, end] = window;
  if (start === end) return [String(start)];
  if (start < end) return [`${start}-${end - 1}`];
  return [`${start}-23`, ...(end > 0 ? [`0-${end - 1}`] : [])];
}
