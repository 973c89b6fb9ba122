/** The order in which the resources of a group come online, and what clients of it use. Pure. */
import type { GroupView, MscsCluster } from "../../states/mscs-states.ts";

/** Live resources of a group, dependencies first as the policy has them. */
export function resourcesInStartOrder(cluster: MscsCluster, group: GroupView): GroupView["resources"] {
  const policy = policyOf(cluster, group.name);
  if (!policy) return group.resources;
  const rank = new Map(policy.resources.map((resource, i) => [resource.name, i]));
  return group.resources.toSorted((a, b) => (rank.get(a.name) ?? 99) - (rank.get(b.name) ?? 99));
}

/** What the policy wants of a group; undefined = it is not in the fleet file. */
export function policyOf(cluster: MscsCluster, group: string): MscsCluster["groups"][number] | undefined {
  return cluster.groups.find(({ name }) => name === group);
}

/** The addresses and names by which clients reach the group; its own name when it has none. */
export function reachedBy(cluster: MscsCluster, group: string): string {
  const names = (policyOf(cluster, group)?.resources ?? []).flatMap((resource) => {
    if (resource.type === "ipAddress") return [resource.address];
    return resource.type === "networkName" ? [resource.hostName] : [];
  });
  return names.length > 0 ? names.join(", ") : group;
}

/** The resources that need this one, directly or not, in start order. */
export function dependentsOf(cluster: MscsCluster, group: string, resource: string): string[] {
  const needing = new Set([resource]);
  const resources = policyOf(cluster, group)?.resources ?? [];
  for (const each of resources) if (each.dependsOn.some((name) => needing.has(name))) needing.add(each.name);
  needing.delete(resource);
  return [...needing];
}
