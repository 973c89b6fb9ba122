/** What an order to a pair is about: finding its group, resource or node in policy and view, and filling its gaps. */

import type { MscsObjectKind, MscsOrder, MscsVerb } from "./acts.ts";
import type { MscsGroup, MscsPolicy } from "./types.ts";
import type { ClusterView, GroupView, ResourceView } from "./view.ts";

/** What each verb can be given to. */
export const orderKinds: Record<MscsVerb, readonly MscsObjectKind[]> = {
  move: ["group"],
  moveBack: ["group"],
  online: ["group", "resource"],
  offline: ["group", "resource"],
  restart: ["group", "resource"],
  fail: ["resource"],
  clear: ["resource", "group", "pair"],
  pause: ["node"],
  resume: ["node"],
  evict: ["node"],
  rebuild: ["node"],
  maintenance: ["pair"],
  revert: ["pair"],
};

/** The modes of verbs that have some; the first is meant when none is said. */
export const orderModes: Partial<Record<MscsVerb, readonly string[]>> = {
  pause: ["keep", "drain"],
  resume: ["none", "immediate", "policy"],
  maintenance: ["on", "off"],
};

/** `group/resource` -> both names; a group alone has no resource. */
export function namesOf(order: MscsOrder): { group: string; resource: string | null } {
  const { kind, name } = order.object;
  if (kind !== "resource") return { group: name, resource: null };
  const slash = name.indexOf("/");
  return slash < 0
    ? { group: "", resource: name }
    : { group: name.slice(0, slash), resource: name.slice(slash + 1) };
}

export function groupPolicyOf(policy: MscsPolicy, name: string): MscsGroup | undefined {
  return policy.groups.find((group) => group.name === name);
}

export function groupViewOf(view: ClusterView, name: string): GroupView | undefined {
  return view.groups.find((group) => group.name === name);
}

export function resourceViewOf(view: ClusterView, order: MscsOrder): ResourceView | undefined {
  const { group, resource } = namesOf(order);
  return groupViewOf(view, group)?.resources.find((item) => item.name === resource);
}

/** The other node of the pair; null if `node` is none of its nodes. */
export function peerOf(policy: MscsPolicy, node: string): string | null {
  const [first, second] = policy.nodes;
  if (node === first.node) return second.node;
  return node === second.node ? first.node : null;
}

/**
 * The order with its gaps filled: where a group moves (the node that does not own it; back: its first preferred owner),
 * and the mode. What is wrong with it stays as it is, for `refuseOrder`.
 */
export function resolveOrder(policy: MscsPolicy, view: ClusterView, order: MscsOrder): MscsOrder {
  const mode = order.mode ?? orderModes[order.verb]?.[0] ?? null;
  if (order.verb === "moveBack")
    return { ...order, mode, to: groupPolicyOf(policy, order.object.name)?.preferredOwners[0] ?? null };
  if (order.verb !== "move" || order.to !== null) return { ...order, mode };
  const owner = groupViewOf(view, order.object.name)?.owner ?? null;
  return { ...order, mode, to: owner === null ? null : peerOf(policy, owner) };
}

/** With immediate failback the engine brings a group back from `to` at once: two outages for nothing. */
export function wouldBounce(policy: MscsPolicy, order: MscsOrder): boolean {
  const group = groupPolicyOf(policy, order.object.name);
  if (group === undefined || !group.failback.allow || group.failback.windowHours !== null) return false;
  const [preferred] = group.preferredOwners;
  return preferred !== undefined && preferred !== order.to;
}

/** Resources that this one rests on, itself included, of the same group. */
export function withDependencies(group: MscsGroup, resource: string): string[] {
  const found = new Set<string>();
  const visit = (name: string) => {
    if (found.has(name)) return;
    found.add(name);
    for (const item of group.resources) if (item.name === name) item.dependsOn.forEach(visit);
  };
  visit(resource);
  return [...found];
}
