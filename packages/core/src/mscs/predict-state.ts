/** The state that a what-if starts from: the pair as it is seen, or as its policy would have it on a calm day. */
import { compareOwners } from "./predict-owners.ts";
import type { PairState } from "./prediction.ts";
import type { MscsGroup, MscsPolicy } from "./types.ts";
import type { ClusterView, GroupView, NodeView } from "./view.ts";

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
    orderedOffline: groups.flatMap(orderedOfflineIn),
    deadNetworks: view.networks
      .filter((network) => network.state === "down" || network.state === "partitioned")
      .map((network) => network.name),
    hour,
    failovers: Object.fromEntries(
      groups.flatMap((group) => (group.failovers === null ? [] : [[group.name, group.failovers.count]])),
    ),
    isMaintenance: view.isMaintenance,
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

/** The engine counts per node; the view sums them up, and they matter where the group is, or where it was last. */
function failCountsOf(group: GroupView): PairState["failCounts"] {
  const { owner } = group;
  if (owner === null) return [];
  return group.resources
    .filter((resource) => resource.failCount > 0)
    .map((resource) => ({
      node: resource.owner ?? owner,
      resource: `${group.name}/${resource.name}`,
      count: resource.failCount,
    }));
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
