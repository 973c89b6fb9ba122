/**
 * Pacemaker's live state -> the words of MSCS (DOMAIN 2.1). The rule above all: what Pacemaker does not know
 * is not shown as running. A node that is UNCLEAN may serve or be dead; its resources are `unknown`.
 */
import { resourceNameOf } from "./cib-model.ts";
import type { CrmMonData, CrmMonNode, CrmMonResource } from "./crm-mon-data.ts";
import { failureSentence, fencingView } from "./fault-words.ts";
import type {
  ClusterView,
  GroupState,
  GroupView,
  NetworkView,
  NodeState,
  NodeView,
  ResourceState,
  ResourceView,
  WitnessView,
} from "./view.ts";

/** Facts that crm_mon does not have. What is absent is not known. */
export interface ViewExtras {
  cluster: string;
  /** Null when not known. */
  witnessVotes: boolean | null;
  cibEpoch: string | null;
  witness?: WitnessView;
  networks?: NetworkView[];
  /** Groups that their failover limit holds offline. */
  halted?: readonly string[];
  /** Which node each fence device switches off: device -> node. */
  fenceTargets?: Readonly<Record<string, string>>;
}

/** Node attribute of a node that was paused and keeps its groups. */
export const pauseAttribute = "bulkhead-pause";

export function toClusterView(data: CrmMonData, extras: ViewExtras): ClusterView {
  return {
    cluster: extras.cluster,
    engineBlind: null,
    hasQuorum: data.withQuorum,
    witnessVotes: extras.witnessVotes,
    witness: extras.witness ?? { votes: extras.witnessVotes, isTls: null, why: null },
    fencingEnabled: data.stonithEnabled,
    fencing: fencingView(data, extras.fenceTargets ?? {}),
    isMaintenance: data.isMaintenance,
    dc: data.dc,
    nodes: data.nodes.map(nodeView),
    networks: extras.networks ?? [],
    groups: data.groups.map((group) => groupView(data, group, extras.halted ?? [])),
    fenceHistory: data.fenceEvents.map(({ target, action, status, completed }) => ({
      target,
      action,
      status,
      completed,
    })),
    cibEpoch: extras.cibEpoch,
  };
}

/**
 * The view while the engine does not answer: what was there stays listed, but every state is `unknown`, since
 * services may well go on without being seen (FAILOVER 4.12). Networks and witness belong to Corosync, which may be
 * well: who knows of them adds them. `last` may be null: nothing was seen yet.
 */
export function blindView(cluster: string, why: string, last: ClusterView | null): ClusterView {
  return {
    cluster,
    engineBlind: why,
    hasQuorum: false,
    witnessVotes: null,
    witness: { votes: null, isTls: null, why: null },
    fencingEnabled: last?.fencingEnabled ?? false,
    fencing: (last?.fencing ?? []).map(({ device }) => ({ device, working: null, why: null })),
    isMaintenance: last?.isMaintenance ?? false,
    dc: null,
    nodes: (last?.nodes ?? []).map(({ name, pause }) => ({ name, state: "unknown", pause })),
    networks: [],
    groups: (last?.groups ?? []).map(unseenGroup),
    fenceHistory: last?.fenceHistory ?? [],
    cibEpoch: null,
  };
}

function unseenGroup(group: GroupView): GroupView {
  return {
    ...group,
    state: "unknown",
    owner: null,
    since: null,
    resources: group.resources.map((resource) => ({ ...resource, state: "unknown", owner: null })),
  };
}

function nodeView(node: CrmMonNode): NodeView {
  const isKept = node.attributes[pauseAttribute] === "keep";
  return {
    name: node.name,
    state: nodeState(node),
    // The engine calls one that is still joining standby, too; nobody has paused it.
    pause: node.standby && !node.pending ? "drain" : isKept ? "keep" : null,
  };
}

/** Standby, `bulkhead-pause` and maintenance are the nearest to MSCS "paused": a member that takes no new group. */
export function nodeState(node: CrmMonNode): NodeState {
  if (node.unclean) return "unclean";
  if (node.pending) return "joining";
  if (!node.online) return "down";
  const isPaused = node.standby || node.maintenance || node.attributes[pauseAttribute] === "keep";
  return isPaused ? "paused" : "up";
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

function groupView(
  data: CrmMonData,
  group: CrmMonData["groups"][number],
  halted: readonly string[],
): GroupView {
  const resources = group.resources.map((resource) => resourceView(data, group.id, resource));
  const owner = resources.find((resource) => resource.owner !== null)?.owner ?? null;
  return {
    name: group.id,
    state: groupState(resources.map((resource) => resource.state)),
    owner,
    since: owner === null ? null : ownedSince(data, group, owner),
    isOrderedOffline: resources.length > 0 && resources.every((resource) => resource.isOrderedOffline),
    // Counted above the engine, which only knows the mark: see failover-limit.ts.
    failovers: halted.includes(group.id) ? { count: 0, isHalted: true } : null,
    resources,
  };
}

/**
 * When the owner began to bring the group online: the earliest start among what runs there now. Both nodes read it
 * from the same CIB. A resource that was found running (rc 0 of a probe) counts by the probe.
 */
function ownedSince(data: CrmMonData, group: CrmMonData["groups"][number], owner: string): number | null {
  const active = group.resources.filter((resource) => resource.active).map((resource) => resource.id);
  const times = active.flatMap((id) => {
    const done = data.operations.filter(
      ({ node, resource, rc, at }) => node === owner && resource === id && rc === 0 && at !== null,
    );
    const begun = done.find(({ task }) => task === "start") ?? done.find(({ task }) => task === "monitor");
    return begun?.at === null || begun === undefined ? [] : [begun.at];
  });
  return times.length === 0 ? null : Math.min(...times);
}

function resourceView(data: CrmMonData, group: string, resource: CrmMonResource): ResourceView {
  const state = resourceState(data, resource);
  const failed = failedOn(data, resource.id);
  const failures = data.failures.filter((failure) => failure.resource === resource.id);
  const last = failures.sort((a, b) => (b.at ?? 0) - (a.at ?? 0))[0];
  return {
    name: resourceNameOf(group, resource.id),
    type: resource.agent,
    state,
    owner: state === "unknown" ? null : (resource.nodes[0] ?? null),
    failCount: data.failCounts
      .filter((count) => count.resource === resource.id)
      .reduce((sum, count) => sum + count.failCount, 0),
    ...(failed.length === 0 ? {} : { failedOn: failed }),
    isOrderedOffline: resource.targetRole?.toLowerCase() === "stopped",
    lastFailure: last === undefined ? null : failureSentence(last),
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
  if (resource.targetRole?.toLowerCase() === "stopped") return "offline";
  return isExhausted(data, resource.id) ? "failed" : "offline";
}

/** What an agent says when trying again cannot help; the engine then gives the node up at the first failure (OCF codes 2 to 5). */
const hardResults: ReadonlySet<string> = new Set([
  "invalid parameter",
  "unimplemented feature",
  "insufficient privileges",
  "not installed",
]);
/** OCF code 6: the engine gives every node up. */
const hardEverywhere = "not configured";

/** Nodes on which failures of the resource count, in the order of the pair's nodes. */
function failedOn(data: CrmMonData, id: string): NonNullable<ResourceView["failedOn"]> {
  return data.nodes.flatMap(({ name }) => {
    const isIt = (item: { node: string; resource: string }) => item.node === name && item.resource === id;
    const count = data.failCounts.filter(isIt).reduce((sum, item) => sum + item.failCount, 0);
    const results = data.failures.filter(isIt).map(({ result }) => result);
    const isHard = results.some((result) => hardResults.has(result));
    const hard = results.includes(hardEverywhere)
      ? ("everywhere" as const)
      : isHard
        ? ("here" as const)
        : null;
    return count > 0 || hard !== null ? [{ node: name, count, hard }] : [];
  });
}

/** Stopped because every node that is up has reached the restart threshold, or cannot run it: MSCS calls that failed. */
function isExhausted(data: CrmMonData, id: string): boolean {
  const up = data.nodes.filter((node) => node.online && !node.unclean);
  const failed = failedOn(data, id);
  if (failed.some(({ hard }) => hard === "everywhere")) return true;
  const banned = (name: string) =>
    data.failCounts.some(
      (count) => count.node === name && count.resource === id && count.failCount >= count.migrationThreshold,
    ) || failed.some(({ node, hard }) => node === name && hard !== null);
  return up.length > 0 && up.every((node) => banned(node.name));
}
