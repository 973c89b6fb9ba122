/** States of the back tier in the console's words (DOMAIN 2.1). Pure. Blind engine means unknown, never "as before". */
import type { FleetSnapshot } from "@bulkhead/api";
import type { GroupState, NodeState, ResourceState } from "@bulkhead/core/mscs";
import type { Condition } from "./condition.ts";

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
  const failed = view.groups.find((group) => group.state === "failed");
  if (failed) return { role: "bad", word: "Failed", why: why ?? `Group ${failed.name} has failed.` };
  if (view.nodes.some((node) => node.state === "unclean"))
    return {
      role: "unknown",
      word: "Unclean",
      why: why ?? "A node must be fenced before its groups may move.",
    };
  const pending = view.groups.find((group) => group.state === "pending");
  if (pending) return { role: "active", word: "Moving", why: why ?? `Group ${pending.name} is on its way.` };
  const weak = notProtected(cluster);
  if (weak) return { role: "warn", word: "Not protected", why: why ?? weak };
  return why ? { role: "warn", word: "Online", why } : { role: "ok", word: "Online", why: null };
}

/** Why one more failure would stop the groups; null when the pair survives it. */
export function notProtected(cluster: MscsCluster): string | null {
  const { view } = cluster;
  if (!view) return null;
  const away = view.nodes.filter((node) => node.state !== "up").map((node) => node.name);
  if (away.length > 0) return `${away.join(" and ")} cannot take over: not up.`;
  if (cluster.witness === null) return "There is no witness: if one node dies, the other lacks quorum.";
  if (view.witnessVotes === false)
    return `The witness ${cluster.witness.node} has no vote: if one node dies, the other may lack quorum.`;
  if (!view.fencingEnabled) return "Fencing is off: after a node dies its groups cannot move safely.";
  return null;
}

const nodeWords: Record<NodeState, Condition> = {
  up: { role: "ok", word: "Up", why: null },
  down: { role: "bad", word: "Down", why: "Not a member of the cluster." },
  paused: { role: "off", word: "Paused", why: "Paused by an admin: keeps its groups, receives none." },
  joining: { role: "active", word: "Joining", why: "Joins the cluster; it can take groups once it is up." },
  unclean: {
    role: "unknown",
    word: "Unclean",
    why: "Lost without a goodbye; it is fenced before its groups move.",
  },
  unknown: { role: "unknown", word: "No news", why: "The engine does not tell its state." },
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
  return nodeWords[cluster.view.nodes.find((each) => each.name === node)?.state ?? "unknown"];
}

/** A group; the failed resource is named. */
export function groupCondition(cluster: MscsCluster, group: GroupView): Condition {
  if (cluster.view?.engineBlind) return groupWords.unknown;
  const failed = group.resources.find((resource) => resource.state === "failed");
  const base = groupWords[group.state];
  return failed && base.role === "bad"
    ? { ...base, why: `Resource ${failed.name} failed and could not be restarted.` }
    : base;
}

/** A resource of a group. */
export function resourceCondition(cluster: MscsCluster, resource: ResourceView): Condition {
  return cluster.view?.engineBlind ? resourceWords.unknown : resourceWords[resource.state];
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
  const cast = blind ? null : (cluster.view?.witnessVotes ?? null);
  return [...nodes, { name: cluster.witness.node, kind: "witness", cast }];
}
