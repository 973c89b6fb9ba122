/** What moving a group means, and when it is refused. Pure; the dialog prints these texts. */
import { plural } from "@bulkhead/ui/format.ts";
import type { GroupView, MscsCluster } from "../states/mscs-states.ts";

/** The node that a group would move to: the peer of its owner. Null when it has no owner. */
export function moveTarget(cluster: MscsCluster, group: GroupView): string | null {
  if (group.owner === null) return null;
  return cluster.nodes.find((node) => node.name !== group.owner)?.name ?? null;
}

/** Why the group cannot be moved now and what would enable it; null when it can. */
export function moveBlockedBy(cluster: MscsCluster, group: GroupView): string | null {
  const { view } = cluster;
  if (!view || view.engineBlind) return "The engine does not answer, so nobody knows where the group is.";
  if (!view.hasQuorum) return "Without quorum no group may move. Bring back a node or the witness.";
  const target = moveTarget(cluster, group);
  if (target === null) return `Group ${group.name} has no owner. Bring it online first.`;
  if (group.state === "pending") return `Group ${group.name} is already on its way.`;
  const state = view.nodes.find((node) => node.name === target)?.state ?? "unknown";
  return state === "up" ? null : `${target} is ${state}, so it cannot take the group.`;
}

/** The steps of a move in order: offline top-down on the owner, online bottom-up on the target. */
export function moveSteps(cluster: MscsCluster, group: GroupView): string[] {
  const target = moveTarget(cluster, group) ?? "the peer";
  const order = resourcesInStartOrder(cluster, group);
  const up = order.map((resource) => resource.name);
  const addresses = cluster.groups
    .find((each) => each.name === group.name)
    ?.resources.flatMap((resource) => (resource.type === "ipAddress" ? [resource.address] : []));
  return [
    `Clients of ${addresses && addresses.length > 0 ? addresses.join(", ") : group.name} are cut and must connect again.`,
    `On ${group.owner ?? "the owner"}: ${up.toReversed().join(", then ")} ${up.length === 1 ? "goes" : "go"} offline.`,
    `On ${target}: ${up.join(", then ")} ${up.length === 1 ? "comes" : "come"} online. ${plural(up.length, "resource")} in all.`,
  ];
}

/** Live resources of a group, dependencies first as the policy has them. */
export function resourcesInStartOrder(cluster: MscsCluster, group: GroupView): GroupView["resources"] {
  const policy = cluster.groups.find((each) => each.name === group.name);
  if (!policy) return group.resources;
  const rank = new Map(policy.resources.map((resource, i) => [resource.name, i]));
  return group.resources.toSorted((a, b) => (rank.get(a.name) ?? 99) - (rank.get(b.name) ?? 99));
}
