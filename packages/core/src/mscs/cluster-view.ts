/**
 * Pacemaker's live state -> the words of MSCS (DOMAIN 2.1). The rule above all: what Pacemaker does not know
 * is not shown as running. A node that is UNCLEAN may serve or be dead; its resources are `unknown`.
 */
import { resourceNameOf } from "./cib-model.ts";
import type { CrmMonData, CrmMonNode, CrmMonResource } from "./crm-mon-data.ts";
import type { ClusterView, GroupState, GroupView, NodeState, ResourceState, ResourceView } from "./view.ts";

/** Facts that crm_mon does not have. */
export interface ViewExtras {
  cluster: string;
  /** Null when not known. */
  witnessVotes: boolean | null;
  cibEpoch: string | null;
}

export function toClusterView(data: CrmMonData, extras: ViewExtras): ClusterView {
  return {
    ...extras,
    witness: { votes: extras.witnessVotes, isTls: null },
    engineBlind: null,
    hasQuorum: data.withQuorum,
    fencingEnabled: data.stonithEnabled,
    fencing: [],
    isMaintenance: false,
    dc: data.dc,
    nodes: data.nodes.map((node) => ({
      name: node.name,
      state: nodeState(node),
      pause: node.standby ? "drain" : null,
    })),
    networks: [],
    groups: data.groups.map((group) => groupView(data, group)),
    fenceHistory: data.fenceEvents.map((event) => ({ ...event })),
  };
}

/**
 * The view while the engine does not answer: what was there stays listed, but every state is `unknown`, since
 * services may well go on without being seen (FAILOVER 4.12). `last` may be null: nothing was seen yet.
 */
export function blindView(cluster: string, why: string, last: ClusterView | null): ClusterView {
  return {
    cluster,
    engineBlind: why,
    hasQuorum: false,
    witnessVotes: null,
    witness: { votes: null, isTls: null },
    fencingEnabled: last?.fencingEnabled ?? false,
    fencing: [],
    isMaintenance: false,
    dc: null,
    nodes: (last?.nodes ?? []).map((node) => ({ name: node.name, state: "unknown", pause: null })),
    networks: [],
    groups: (last?.groups ?? []).map((group) => ({
      ...group,
      state: "unknown",
      owner: null,
      resources: group.resources.map((resource) => ({ ...resource, state: "unknown", owner: null })),
    })),
    fenceHistory: last?.fenceHistory ?? [],
    cibEpoch: null,
  };
}

/** Standby and maintenance are the nearest to MSCS "paused": the node is a member and takes no new group. */
export function nodeState(node: CrmMonNode): NodeState {
  if (node.unclean) return "unclean";
  if (node.pending) return "joining";
  if (!node.online) return "down";
  return node.standby || node.maintenance ? "paused" : "up";
}

/** DOMAIN 2.1: failed before unknown before pending; all online, none online, or partial. */
export function groupState(states: readonly ResourceState[]): GroupState {
  for (const state of ["failed", "unknown", "pending"] as const) {
    if (states.includes(state)) return state;
  }
  const online = states.filter((state) => state === "online").length;
  if (online === 0) return "offline";
  return online === states.length ? "online" : "partial";
}

function groupView(data: CrmMonData, group: CrmMonData["groups"][number]): GroupView {
  const resources = group.resources.map((resource) => resourceView(data, group.id, resource));
  return {
    name: group.id,
    state: groupState(resources.map((resource) => resource.state)),
    owner: resources.find((resource) => resource.owner !== null)?.owner ?? null,
    isOrderedOffline: false,
    failovers: null,
    resources,
  };
}

function resourceView(data: CrmMonData, group: string, resource: CrmMonResource): ResourceView {
  const state = resourceState(data, resource);
  return {
    name: resourceNameOf(group, resource.id),
    type: resource.agent,
    state,
    owner: state === "unknown" ? null : (resource.nodes[0] ?? null),
    failCount: data.failCounts
      .filter((count) => count.resource === resource.id)
      .reduce((sum, count) => sum + count.failCount, 0),
    isOrderedOffline: false,
    lastFailure: null,
  };
}

function resourceState(data: CrmMonData, resource: CrmMonResource): ResourceState {
  const isUnclean = (name: string) => data.nodes.some((node) => node.name === name && node.unclean);
  if (resource.nodes.some(isUnclean)) return "unknown";
  if (resource.failed || resource.blocked || resource.nodes.length > 1) return "failed";
  if (resource.pending !== null || resource.role === "Starting" || resource.role === "Stopping")
    return "pending";
  if (resource.active) return "online";
  // Without a coordinator or a quorum this node only knows that it does not run the resource; the peer may.
  if (data.dc === null || !data.withQuorum) return "unknown";
  return isExhausted(data, resource.id) ? "failed" : "offline";
}

/** Stopped because every node that is up has reached the restart threshold: MSCS calls that failed. */
function isExhausted(data: CrmMonData, id: string): boolean {
  const up = data.nodes.filter((node) => node.online && !node.unclean);
  const banned = (name: string) =>
    data.failCounts.some(
      (count) => count.node === name && count.resource === id && count.failCount >= count.migrationThreshold,
    );
  return up.length > 0 && up.every((node) => banned(node.name));
}
