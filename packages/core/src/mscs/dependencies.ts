/**
 * Start order of a group's resources (rule R26, KB 171791): dependencies live inside one group, without a
 * cycle; dependencies start first and stop last. A Pacemaker group is a line, so the sort makes one.
 */
import type { Refusal } from "../fleet/index.ts";

/** What the sort reads of a resource. */
interface Dependent {
  name: string;
  dependsOn: readonly string[];
}

export interface DependencyOrder<R> {
  /** In start order; resources that do not depend on each other keep the order of the file. Empty if refused. */
  ordered: R[];
  refusals: Refusal[];
}

/** Sorts dependencies first. Refuses (R26) an unknown name, a resource that depends on itself, and a cycle. */
export function orderByDependency<R extends Dependent>(
  group: string,
  resources: readonly R[],
): DependencyOrder<R> {
  const unknown = unknownDependencies(group, resources);
  if (unknown.length > 0) return { ordered: [], refusals: unknown };
  const ordered: R[] = [];
  const started = new Set<string>();
  let waiting = [...resources];
  while (waiting.length > 0) {
    const next = waiting.find((resource) => resource.dependsOn.every((name) => started.has(name)));
    if (next === undefined) return { ordered: [], refusals: [cycleRefusal(group, findCycle(waiting))] };
    ordered.push(next);
    started.add(next.name);
    waiting = waiting.filter((resource) => resource !== next);
  }
  return { ordered, refusals: [] };
}

function unknownDependencies(group: string, resources: readonly Dependent[]): Refusal[] {
  const known = new Set(resources.map((resource) => resource.name));
  return resources.flatMap((resource) =>
    resource.dependsOn
      .filter((name) => !known.has(name))
      .map((name) => unknownRefusal(group, resource.name, name)),
  );
}

/** Every waiting resource waits for another waiting one, so following the first such edge must come round. */
function findCycle(waiting: readonly Dependent[]): string[] {
  const byName = new Map(waiting.map((resource) => [resource.name, resource]));
  const path: string[] = [];
  let at = waiting[0]?.name;
  while (at !== undefined && !path.includes(at)) {
    path.push(at);
    at = byName.get(at)?.dependsOn.find((name) => byName.has(name));
  }
  return at === undefined ? path : path.slice(path.indexOf(at));
}

function unknownRefusal(group: string, resource: string, missing: string): Refusal {
  return {
    rule: "R26",
    severity: "error",
    objects: [
      { kind: "group", name: group },
      { kind: "resource", name: resource },
    ],
    message: `Resource ${resource} of group ${group} depends on ${missing}, which is not a resource of that group`,
    reason: "A group moves as one, so a dependency can only be kept inside it (KB 171791).",
    cure: `Add a resource ${missing} to group ${group}, or remove ${missing} from dependsOn of ${resource}.`,
  };
}

function cycleRefusal(group: string, cycle: readonly string[]): Refusal {
  const loop = [...cycle, cycle[0] ?? ""].join(" -> ");
  return {
    rule: "R26",
    severity: "error",
    objects: [{ kind: "group", name: group }, ...cycle.map((name) => ({ kind: "resource" as const, name }))],
    message: `The resources of group ${group} depend on each other in a circle: ${loop}`,
    reason: "Dependencies start first, so none of these could ever be started (KB 171791).",
    cure: "Remove one of these dependencies.",
  };
}

/** All that a resource depends on, directly or by others, of resources in start order. */
export function dependenciesOf(resources: readonly Dependent[]): Map<string, Set<string>> {
  const all = new Map<string, Set<string>>();
  for (const { name, dependsOn } of resources) {
    all.set(name, new Set(dependsOn.flatMap((direct) => [direct, ...(all.get(direct) ?? [])])));
  }
  return all;
}

/**
 * True if one line serves the group as well as its tree. A line restarts whatever stands behind a failed resource. That
 * harms nobody if it depends on it, or if all that use it depend on both: they restart anyway. Expects start order.
 */
export function isLineEnough(ordered: readonly Dependent[]): boolean {
  const needs = dependenciesOf(ordered);
  const usersOf = (name: string) =>
    ordered.filter((other) => needs.get(other.name)?.has(name)).map((user) => user.name);
  return ordered.every((later, index) =>
    ordered.slice(0, index).every((earlier) => {
      if (needs.get(later.name)?.has(earlier.name)) return true;
      const users = usersOf(later.name);
      return users.length > 0 && users.every((user) => needs.get(user)?.has(earlier.name));
    }),
  );
}
