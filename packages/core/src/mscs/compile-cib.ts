/**
 * Policy of a pair -> CIB model. Pure: the same policy gives the same model on both nodes, so it does not
 * matter which of them writes it. FAILOVER, "MSCS -> Pacemaker", is the table behind this.
 */
import type { CibGroup, CibLocation, CibModel, CibPrimitive } from "./cib-model.ts";
import { resourceId } from "./cib-model.ts";
import { compileResource } from "./compile-resource.ts";
import { orderByDependency } from "./dependencies.ts";
import type { Fencing, MscsGroup, MscsPolicy } from "./types.ts";

/** Above every location score: a group stays where it is (MSCS default, "prevent failback"). */
const stickiness = 1000;
/** Score of the first preferred owner; each following one gets half. */
const firstOwnerScore = 100;

/** Compiles the whole policy. Throws on dependencies that the planner must have refused (R26). */
export function compileCib(policy: MscsPolicy): CibModel {
  const nodes = policy.nodes.map((node) => node.node);
  return {
    properties: {
      "stonith-enabled": String(policy.fencing !== null),
      "stonith-timeout": "60s",
      "no-quorum-policy": "stop",
      // 2 s instead of 20 s: with a witness an unseen peer cannot have quorum, so waiting longer only delays.
      "dc-deadtime": "2s",
      // Failback windows and failure periods are looked at on these ticks.
      "cluster-recheck-interval": "60s",
    },
    resourceDefaults: { "resource-stickiness": String(stickiness) },
    fencing: policy.fencing === null ? [] : nodes.map(fenceDevice(policy.fencing)),
    groups: policy.groups.map(compileGroup),
    locations: [
      ...policy.groups.flatMap(ownerLocations),
      // A node that is to be fenced must not be the one that carries it out.
      ...(policy.fencing === null ? [] : nodes).map((node) => ({
        id: `${fenceId(node)}-not-on-${node}`,
        resource: fenceId(node),
        node,
        score: "-INFINITY" as const,
      })),
    ],
  };
}

/** Ids of everything that Bulkhead puts into the `resources` and `constraints` sections, sorted. */
export function ownedIds(model: CibModel): string[] {
  return [...model.fencing, ...model.groups, ...model.locations].map((item) => item.id).sort();
}

function fenceId(node: string): string {
  return `fence-${node}`;
}

function fenceDevice(fencing: Fencing): (node: string) => CibPrimitive {
  return (node) => ({
    id: fenceId(node),
    agent: { class: "stonith", provider: null, type: fencing.agent },
    attributes: {
      pcmk_host_list: node,
      pcmk_host_check: "static-list",
      ...fencing.parameters,
      ...fencing.nodes[node],
    },
    meta: {},
    operations: [{ name: "monitor", intervalS: 60, timeoutS: 30 }],
  });
}

function compileGroup(group: MscsGroup): CibGroup {
  const { ordered, refusals } = orderByDependency(group.name, group.resources);
  if (refusals[0] !== undefined) throw new Error(refusals[0].message);
  return {
    id: group.name,
    meta: failsBackAtOnce(group) ? { "resource-stickiness": "0" } : {},
    failbackHours: group.failback.allow ? hourSpans(group.failback.windowHours) : [],
    members: ordered.map((resource) => compileResource(resourceId(group.name, resource.name), resource)),
  };
}

/**
 * True if the group goes back to its preferred owner as soon as that is up: Pacemaker then also undoes a
 * manual move to another owner at once.
 */
export function failsBackAtOnce(group: MscsGroup): boolean {
  return group.failback.allow && group.failback.windowHours === null;
}

/** [22, 4] -> 22-23 and 0-3. The end hour is not part of the window; equal hours mean that one hour. */
function hourSpans(window: readonly [number, number] | null): string[] {
  if (window === null) return [];
  const [start, end] = window;
  if (start === end) return [String(start)];
  if (start < end) return [`${start}-${end - 1}`];
  return [`${start}-23`, ...(end > 0 ? [`0-${end - 1}`] : [])];
}

function ownerLocations(group: MscsGroup): CibLocation[] {
  return group.preferredOwners.map((node, index) => ({
    id: `${group.name}-prefers-${node}`,
    resource: group.name,
    node,
    score: Math.max(1, Math.floor(firstOwnerScore / 2 ** index)),
  }));
}
