/** The state that a what-if starts from: the pair as it is seen, or as its policy would have it on a calm day. */
import { compareOwners } from "./predict-owners.ts";
import type { PairState } from "./prediction.ts";
import type { MscsGroup, MscsPolicy } from "./types.ts";
import type { ClusterView, GroupView, NodeView, ResourceView } from "./view.ts";

/**
 * The live pair. `hour` is the local hour of the nodes, 0-23. What is not known counts as it is safe to: an unclean or
 * unknown node is down, and a group whose owner is not known runs nowhere. A node that is joining counts as down until it has
 * joined.
 */
export function stateOf(policy: MscsPolicy, view: ClusterView, hour: number): PairState {
  const groups = view.groups.filter((group) => policy.groups.some((item) => item.name === group.name));
  return {
    nodes: policy.nodes.map(({ node }) => ({
      name: node,
      state: stateOfNode(view.nodes.find((item) => item.name === node)),
    })),
    hasWitness: view.witness.votes ?? view.witnessVotes ?? false,
    owners: Object.fromEntries(policy.groups.map((group) => [group.name, ownerIn(groups, group.name)])),
    failCounts: groups.flatMap(failCountsOf),
    ...hardFailuresOf(groups),
    orderedOffline: groups.flatMap(orderedOfflineIn),
    deadNetworks: view.networks
      .filter((network) => network.state === "down" || network.state === "partitioned")
      .map((network) => network.name),
    hour,
    failovers: Object.fromEntries(
      groups.flatMap((group) => (group.failovers === null ? [] : [[group.name, group.failovers.count]])),
    ),
    isMaintenance: view.isMaintenance,
    coordinator: view.dc,
    brokenFencing: policy.nodes
      .map((node) => node.node)
      .filter((node) => view.fencing.some((item) => item.working === false && fences(item.device, node))),
  };
}

/** All nodes up, the witness votes, every group on the best of its owners; noon, when no failback window begins. */
export function plannedState(policy: MscsPolicy): PairState {
  return {
    nodes: policy.nodes.map(({ node }) => ({ name: node, state: "up" })),
    hasWitness: policy.witness !== null,
    owners: Object.fromEntries(policy.groups.map((group) => [group.name, firstOwner(policy, group)])),
    failCounts: [],
    orderedOffline: [],
    deadNetworks: [],
    hour: 12,
    failovers: {},
    isMaintenance: false,
    brokenFencing: [],
  };
}

function firstOwner(policy: MscsPolicy, group: MscsGroup): string | null {
  if (group.priority === "noAutoStart") return null;
  const names = policy.nodes.map((node) => node.node);
  return names.sort(compareOwners(policy, group))[0] ?? null;
}

function stateOfNode(node: NodeView | undefined): "up" | "paused" | "down" {
  if (node?.state === "up") return "up";
  return node?.state === "paused" ? "paused" : "down";
}

function ownerIn(groups: readonly GroupView[], name: string): string | null {
  return groups.find((group) => group.name === name)?.owner ?? null;
}

/** The engine counts per node. Of an agent that tells the sum alone it is taken for the owner's. */
function failCountsOf(group: GroupView): PairState["failCounts"] {
  return group.resources.flatMap(({ name, owner, failCount, failedOn }) => {
    const resource = `${group.name}/${name}`;
    if (failedOn !== undefined)
      return failedOn.filter(({ count }) => count > 0).map(({ node, count }) => ({ node, resource, count }));
    const node = owner ?? group.owner;
    return failCount === 0 || node === null ? [] : [{ node, resource, count: failCount }];
  });
}

/**
 * Failures of a resource that count where it is: how many of its restarts are used up there. Those of the other node count only
 * if it goes there. Of an agent that tells the sum alone, all of them.
 */
export function failuresOnOwner({ owner, failCount, failedOn = [] }: ResourceView): number {
  return failedOn.length === 0 ? failCount : (failedOn.find(({ node }) => node === owner)?.count ?? 0);
}

/** Nothing where there are none: an agent of before does not know the word. */
function hardFailuresOf(groups: readonly GroupView[]): Pick<PairState, "hardFailures"> {
  const found = groups.flatMap((group) =>
    group.resources.flatMap(({ name, failedOn = [] }) =>
      failedOn
        .filter(({ hard }) => hard !== null)
        .map(({ node, hard }) => ({
          node,
          resource: `${group.name}/${name}`,
          isEverywhere: hard === "everywhere",
        })),
    ),
  );
  return found.length === 0 ? {} : { hardFailures: found };
}

function orderedOfflineIn(group: GroupView): string[] {
  if (group.isOrderedOffline || group.failovers?.isHalted === true) return [group.name];
  return group.resources
    .filter((resource) => resource.isOrderedOffline)
    .map((resource) => `${group.name}/${resource.name}`);
}

/** Fence devices are called `fence-NODE`. */
function fences(device: string, node: string): boolean {
  return device === `fence-${node}`;
}
