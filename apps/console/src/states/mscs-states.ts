/** States of the back tier in the console's words (DOMAIN 2.1). Pure. Blind engine means unknown, never "as before". */
import type { FleetSnapshot } from "@bulkhead/api";
import type { GroupState, MscsOrder, MscsVerb, NodeState, ResourceState } from "@bulkhead/core/mscs";
import { listed } from "../acts/consequence.ts";
import type { Condition } from "./condition.ts";
import { type StuckNode, stuckNodes } from "./mscs-fencing.ts";

export type MscsCluster = FleetSnapshot["mscs"][number];
export type GroupView = NonNullable<MscsCluster["view"]>["groups"][number];
export type ResourceView = GroupView["resources"][number];

/** The pair as a whole: worst news first. */
export function mscsClusterCondition(cluster: MscsCluster): Condition {
  const { view, why } = cluster;
  if (!view)
    return { role: "unknown", word: "No news", why: why ?? "Neither node of the pair has reported yet." };
  if (view.engineBlind) return { role: "unknown", word: "Engine blind", why: view.engineBlind };
  if (!view.hasQuorum)
    return {
      role: "bad",
      word: "No quorum",
      why: why ?? "Fewer than two of three votes are present, so no group runs.",
    };
  const failed = view.groups.find((group) => groupCondition(cluster, group).role === "bad");
  if (failed) return { role: "bad", word: "Failed", why: why ?? groupCondition(cluster, failed).why };
  const [stuck] = stuckNodes(cluster);
  if (stuck) return { role: "bad", word: "Cannot fence", why: stuckText(stuck) };
  if (view.nodes.some((node) => node.state === "unclean"))
    return {
      role: "unknown",
      word: "Unclean",
      why: why ?? "A node must be fenced before its groups may move.",
    };
  const pending = view.groups.find((group) => group.state === "pending");
  if (pending) return { role: "active", word: "Moving", why: why ?? `Group ${pending.name} is on its way.` };
  const weak = notProtected(cluster);
  if (weak.length > 0) return { role: "bad", word: "Not protected", why: weak.join(" ") };
  if (view.isMaintenance) return { role: "warn", word: "Maintenance", why: why ?? maintenanceText };
  return why ? { role: "warn", word: "Online", why } : { role: "ok", word: "Online", why: null };
}

function stuckText({ node, groups }: StuckNode): string {
  const waiting =
    groups.length > 0 ? `: ${listed(groups)} ${groups.length === 1 ? "starts" : "start"} nowhere` : "";
  return `${node} is lost and cannot be switched off${waiting}.`;
}

export const maintenanceText =
  "The engine watches nothing and does nothing: a failure now is not noticed, and no group moves.";

/** Why one more failure may stop the groups or split them, a sentence each; empty when the pair survives it, or nobody can tell. */
export function notProtected(cluster: MscsCluster): string[] {
  const isKnown = cluster.view !== null && cluster.view.engineBlind === null;
  return isKnown && !cluster.protection.isProtected ? cluster.protection.why : [];
}

const nodeWords: Record<NodeState, Condition> = {
  up: { role: "ok", word: "Up", why: null },
  down: { role: "bad", word: "Down", why: "Not a member of the pair." },
  paused: { role: "off", word: "Paused", why: "Keeps the groups that it has, takes no other." },
  joining: { role: "active", word: "Joining", why: "Joins the pair; it can take groups once it is up." },
  unclean: {
    role: "unknown",
    word: "Unclean",
    why: "Lost without a goodbye; it is fenced before its groups move.",
  },
  unknown: { role: "unknown", word: "No news", why: "The engine does not tell its state." },
};

const drained: Condition = {
  role: "off",
  word: "Paused, drained",
  why: "Its groups have moved away; takes none.",
};

const resourceWords: Record<ResourceState, Condition> = {
  online: { role: "ok", word: "Online", why: null },
  offline: { role: "off", word: "Offline", why: null },
  failed: { role: "bad", word: "Failed", why: null },
  pending: { role: "active", word: "Pending", why: null },
  unknown: { role: "unknown", word: "No news", why: null },
};

const groupWords: Record<GroupState, Condition> = {
  online: { role: "ok", word: "Online", why: null },
  offline: { role: "off", word: "Offline", why: "All resources are offline." },
  failed: { role: "bad", word: "Failed", why: "A resource failed and could not be restarted." },
  partial: { role: "warn", word: "Partly online", why: "Some resources are online, some are offline." },
  pending: { role: "active", word: "Moving", why: "Resources are going online or offline." },
  unknown: { role: "unknown", word: "No news", why: "The engine does not tell its state." },
};

/** A node of a pair. Without an answering engine its state is unknown. */
export function mscsNodeCondition(cluster: MscsCluster, node: string): Condition {
  if (!cluster.view || cluster.view.engineBlind) return nodeWords.unknown;
  const seen = cluster.view.nodes.find((each) => each.name === node);
  if (seen?.state !== "paused") return nodeWords[seen?.state ?? "unknown"];
  const base = seen.pause === "drain" ? drained : nodeWords.paused;
  const by = askedBy(cluster, "pause", { kind: "node", name: node });
  return by ? { ...base, why: `${base.why} Paused by ${by}.` } : base;
}

/** Who gave the last such order that was carried out; null = it is no longer known. */
function askedBy(cluster: MscsCluster, verb: MscsVerb, object: MscsOrder["object"]): string | null {
  const act = cluster.acts.find(
    ({ order, state }) =>
      state === "done" &&
      order.verb === verb &&
      order.object.kind === object.kind &&
      order.object.name === object.name,
  );
  return act?.by ?? null;
}

/** A group; a failed resource is named. Offline by order is calm, offline for another reason is not. */
export function groupCondition(cluster: MscsCluster, group: GroupView): Condition {
  if (cluster.view?.engineBlind) return groupWords.unknown;
  if (group.failovers?.isHalted)
    return {
      role: "bad",
      word: "Halted",
      why: `Failed over ${group.failovers.count} times within its period, so it is left offline. Bring it online when the cause is cured.`,
    };
  if (group.state === "offline") return offlineCondition(cluster, group);
  if (group.state === "unknown") return unknownCondition(cluster, group);
  if (group.state === "partial") return partialCondition(group);
  if (group.state === "pending") return { ...groupWords.pending, why: pendingText(group) };
  const failed = group.resources.find((resource) => resource.state === "failed");
  const base = groupWords[group.state];
  if (!failed || base.role !== "bad") return base;
  const last = failed.lastFailure ? ` ${failed.lastFailure}` : "";
  return { ...base, why: `Resource ${failed.name} failed and could not be restarted.${last}` };
}

/** What keeps it from being whole: a resource that failed, before what somebody took offline. */
function partialCondition(group: GroupView): Condition {
  const failed = group.resources.find(isLeftFailed);
  if (!failed) return groupWords.partial;
  return {
    ...groupWords.partial,
    why: `${failed.name} does not run. ${ended(failed.lastFailure ?? "It failed")} Cure the cause, then clear its failures.`,
  };
}

/** The engine's sentences end without a full stop. */
const ended = (sentence: string) => (sentence.endsWith(".") ? sentence : `${sentence}.`);

/** "1 of 3 resources online; db goes online or offline." */
function pendingText({ resources }: GroupView): string {
  const online = resources.filter(({ state }) => state === "online").length;
  const moving = resources.filter(({ state }) => state === "pending").map(({ name }) => name);
  const now = moving.length > 0 ? `; ${listed(moving)} ${moving.length === 1 ? "is" : "are"} on the way` : "";
  return `${online} of ${resources.length} resources online${now}.`;
}

/** Not online although nobody took it offline, and it has failed before: it will not come back by itself. */
function isLeftFailed({ state, failCount, isOrderedOffline }: ResourceView): boolean {
  return state === "failed" || (state === "offline" && failCount > 0 && !isOrderedOffline);
}

function offlineCondition(cluster: MscsCluster, group: GroupView): Condition {
  if (group.isOrderedOffline) {
    const by = askedBy(cluster, "offline", { kind: "group", name: group.name });
    return { role: "off", word: "Offline", why: by ? `Taken offline by ${by}.` : "Taken offline by order." };
  }
  const policy = cluster.groups.find(({ name }) => name === group.name);
  if (policy?.priority === "noAutoStart")
    return {
      role: "off",
      word: "Offline",
      why: "It does not start by itself. Bring it online when it is wanted.",
    };
  if (group.resources.length === 0) return { role: "off", word: "Offline", why: "It has no resources yet." };
  const failed = group.resources.find(isLeftFailed);
  const failure = failed ? ` ${failed.name}: ${ended(failed.lastFailure ?? "it failed")}` : "";
  return { role: "warn", word: "Offline", why: `Nobody took it offline: no node can run it now.${failure}` };
}

function unknownCondition(cluster: MscsCluster, group: GroupView): Condition {
  const unclean = cluster.view?.nodes.find(({ state }) => state === "unclean");
  if (!unclean) return groupWords.unknown;
  const { name } = unclean;
  return {
    ...groupWords.unknown,
    word: "Unknown",
    why: `${name} is unclean: ${group.name} may still run there, or not. It starts elsewhere once ${name} is fenced.`,
  };
}

/** A resource of a group. */
export function resourceCondition(cluster: MscsCluster, resource: ResourceView): Condition {
  if (cluster.view?.engineBlind) return resourceWords.unknown;
  const base = resourceWords[resource.state];
  if (resource.state === "unknown") return { ...base, word: "Unknown" };
  if (resource.state === "offline" && isLeftFailed(resource))
    return { ...base, role: "warn", why: resource.lastFailure };
  if (resource.state === "failed") return { ...base, why: resource.lastFailure };
  if (resource.state === "offline" && resource.isOrderedOffline)
    return { ...base, why: "Taken offline by order." };
  return base;
}

export interface Vote {
  name: string;
  kind: "node" | "witness";
  cast: boolean | null;
}

/** Quorum as three votes; null = not known. */
export function votes(cluster: MscsCluster): Vote[] {
  const blind = !cluster.view || cluster.view.engineBlind !== null;
  const nodes = cluster.nodes.map((node): Vote => {
    const state = cluster.view?.nodes.find((each) => each.name === node.name)?.state;
    return { name: node.name, kind: "node", cast: blind ? null : state === "up" || state === "paused" };
  });
  if (cluster.witness === null) return nodes;
  const cast = cluster.view?.witnessVotes ?? null;
  return [...nodes, { name: cluster.witness.node, kind: "witness", cast }];
}
