/** How far an order is, judged from what is seen of the pair. The agent looks again and again until it is done. */
import type { MscsOrder } from "./acts.ts";
import { groupViewOf, namesOf, resourceViewOf } from "./order-objects.ts";
import type { MscsGroup } from "./types.ts";
import type { ClusterView, GroupView, ResourceView } from "./view.ts";

/** `failed` may pass: the engine tries again. Who waits ends only when it stays so. The message is one sentence. */
export interface OrderProgress {
  state: "waiting" | "done" | "failed";
  message: string;
}

/**
 * A group is online on `to` with all that was not ordered offline. `policy` is the group's own: a node on which a resource has used
 * up its restarts does not get the group, so waiting any longer is in vain.
 */
export function moveProgress(view: ClusterView, order: MscsOrder, policy?: MscsGroup): OrderProgress {
  const group = groupViewOf(view, order.object.name);
  const where = `on ${order.to}`;
  if (group === undefined || !isServing(group))
    return notYet(group, { name: order.object.name, wanted: `online ${where}` });
  if (group.owner === order.to) return { state: "done", message: `Group ${group.name} is online ${where}` };
  const barring = group.resources.find((item) => isBarred(item, order.to, policy));
  if (barring === undefined) return notYet(group, { name: group.name, wanted: `online ${where}` });
  const cause = barring.lastFailure ?? `${barring.name} failed there`;
  return {
    state: "failed",
    message: `Group ${group.name} is online on ${group.owner} and not ${where}, where ${barring.name} failed too often: ${cause}. Remove the cause, order "clear", then move it again`,
  };
}

/** Failed on the node more often than its restarts, or in a way that trying again does not cure. */
function isBarred({ name, failedOn }: ResourceView, node: string | null, policy?: MscsGroup): boolean {
  const restart = policy?.resources.find((item) => item.name === name)?.restart;
  const there = failedOn?.find((item) => item.node === node);
  if (restart?.action !== "failover" || there === undefined) return false;
  return there.hard !== null || there.count > restart.threshold;
}

/** Online: all of it that was not ordered offline. Offline: nothing of it runs. */
export function onlineProgress(view: ClusterView, order: MscsOrder): OrderProgress {
  const name = order.object.name;
  const seen = objectOf(view, order);
  const isThere = seen !== undefined && ("resources" in seen ? isServing(seen) : seen.state === "online");
  if (isThere) return { state: "done", message: `${label(order)} is online on ${seen.owner}` };
  return notYet(seen, { name, wanted: "online" });
}

export function offlineProgress(view: ClusterView, order: MscsOrder): OrderProgress {
  const seen = objectOf(view, order);
  const parts = seen === undefined ? [] : "resources" in seen ? seen.resources : [seen];
  if (seen !== undefined && parts.every((part) => part.state === "offline" || isStopped(part)))
    return { state: "done", message: `${label(order)} is offline` };
  return notYet(seen, { name: order.object.name, wanted: "offline" });
}

/** The failure was noticed: it counts, or the resource is no longer where it was. */
export function failureSeen(before: ClusterView, view: ClusterView, order: MscsOrder): OrderProgress {
  const was = resourceViewOf(before, order);
  const seen = resourceViewOf(view, order);
  const isSeen =
    seen !== undefined &&
    (seen.state !== "online" || seen.owner !== was?.owner || seen.failCount > (was?.failCount ?? 0));
  return isSeen
    ? { state: "done", message: `The failure of ${order.object.name} was taken for real` }
    : { state: "waiting", message: `The engine has not yet noticed the failure of ${order.object.name}` };
}

/** What became of a resource after its failure, once nothing is under way any more. */
export function failureOutcome(view: ClusterView, order: MscsOrder): OrderProgress {
  const seen = resourceViewOf(view, order);
  const name = order.object.name;
  if (seen?.state === "online")
    return { state: "done", message: `Resource ${name} has failed and is online again on ${seen.owner}` };
  if (seen?.state === "failed" || seen?.state === "offline")
    return { state: "failed", message: `Resource ${name} has failed and is now ${seen.state}` };
  return { state: "waiting", message: `Resource ${name} is ${seen?.state ?? "unknown"}` };
}

/** No failure is remembered any more. */
export function clearProgress(view: ClusterView, order: MscsOrder): OrderProgress {
  const { group, resource } = namesOf(order);
  const isMeant = (item: GroupView) => order.object.kind === "pair" || item.name === group;
  const resources = view.groups.filter(isMeant).flatMap((item) => item.resources);
  const meant = resource === null ? resources : resources.filter((item) => item.name === resource);
  const left = meant.filter((item) => item.failCount > 0 || item.state === "failed");
  return left.length === 0
    ? { state: "done", message: `No failure of ${order.object.name} is remembered any more` }
    : { state: "waiting", message: `${left.map((item) => item.name).join(", ")} is still failed` };
}

/** The node owns no group any more. */
export function drainProgress(view: ClusterView, node: string): OrderProgress {
  const left = view.groups.filter((group) => group.resources.some((item) => item.owner === node));
  if (view.engineBlind !== null || left.length > 0)
    return {
      state: left.some((group) => group.state === "failed") ? "failed" : "waiting",
      message:
        view.engineBlind ??
        `${left.map((group) => `${group.name} (${group.state})`).join(", ")} is still on ${node}`,
    };
  return { state: "done", message: `${node} owns no group` };
}

/** The node is a member again and takes groups. */
export function resumeProgress(view: ClusterView, node: string): OrderProgress {
  const state = view.nodes.find((item) => item.name === node)?.state ?? "unknown";
  return state === "up"
    ? { state: "done", message: `${node} is up` }
    : { state: "waiting", message: `${node} is ${state}` };
}

function isServing(group: GroupView): boolean {
  const wanted = group.resources.filter((item) => !item.isOrderedOffline);
  return wanted.length > 0 && wanted.every((item) => item.state === "online");
}

/** A resource that has failed and does not run is offline as well, if that was the order. */
function isStopped(part: ResourceView): boolean {
  return part.state === "failed" && part.owner === null;
}

function objectOf(view: ClusterView, order: MscsOrder): GroupView | ResourceView | undefined {
  return order.object.kind === "resource"
    ? resourceViewOf(view, order)
    : groupViewOf(view, order.object.name);
}

function notYet(
  seen: GroupView | ResourceView | undefined,
  { name, wanted }: { name: string; wanted: string },
): OrderProgress {
  if (seen === undefined) return { state: "waiting", message: `${name} is not seen in the engine` };
  if (seen.state !== "failed")
    return { state: "waiting", message: `${name} is ${seen.state}, not ${wanted} yet` };
  return { state: "failed", message: `${name} did not come ${wanted}: ${causeOf(seen)}` };
}

function causeOf(seen: GroupView | ResourceView): string {
  const failed = "resources" in seen ? seen.resources.filter((item) => item.state === "failed") : [seen];
  const causes = failed.map((item) => item.lastFailure ?? `${item.name} failed`);
  return `${causes.join("; ")}. Remove the cause, then order "clear"`;
}

function label(order: MscsOrder): string {
  return `${order.object.kind === "group" ? "Group" : "Resource"} ${order.object.name}`;
}
