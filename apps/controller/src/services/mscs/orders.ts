/** What is checked of an order to a pair before it reaches a node. The rules of the order itself are core's. Pure. */
import type { Missing } from "@bulkhead/api";
import type { ObjectRef, Refusal } from "@bulkhead/core/fleet";
import type { ClusterView, MscsOrder, MscsPolicy } from "@bulkhead/core/mscs";

/** Null = the pair has what the order names. */
export function missingObject(policy: MscsPolicy, { object, to }: MscsOrder): Missing | null {
  const nodes = policy.nodes.map(({ node }) => node);
  const pair = `pair ${policy.cluster}`;
  if (to !== null && !nodes.includes(to)) return missing(`Node ${to} in ${pair}`, nodes);
  switch (object.kind) {
    case "pair":
      return object.name === policy.cluster ? null : missing(`Pair ${object.name}`, [policy.cluster]);
    case "node":
      return nodes.includes(object.name) ? null : missing(`Node ${object.name} in ${pair}`, nodes);
    case "group":
    case "resource":
      return missingMember(policy, object.name);
  }
}

/** `name`: a group, or GROUP/RESOURCE. */
function missingMember(policy: MscsPolicy, name: string): Missing | null {
  const [groupName = "", resourceName] = name.split("/");
  const group = policy.groups.find((item) => item.name === groupName);
  const where = `pair ${policy.cluster}`;
  if (!group)
    return missing(
      `Group ${groupName} in ${where}`,
      policy.groups.map((item) => item.name),
    );
  const resources = group.resources.map((item) => item.name);
  if (resourceName === undefined || resources.includes(resourceName)) return null;
  return missing(`Resource ${resourceName} in group ${groupName} of ${where}`, resources);
}

function missing(what: string, known: readonly string[]): Missing {
  return { missing: what, cure: `There is ${known.join(", ") || "none"}.` };
}

/** Orders that end a service, or the protection of the pair, wait for a yes. `view` null = nothing is known. */
export function unconfirmed(
  policy: MscsPolicy,
  view: ClusterView | null,
  { order, confirm }: { order: MscsOrder; confirm: boolean },
): Refusal | null {
  const reason = confirm ? null : consequence(policy, view, order);
  if (reason === null) return null;
  return {
    rule: "B-confirm",
    severity: "error",
    objects: orderObjects(policy.cluster, order),
    message: `${order.verb} of ${order.object.name} ends a service`,
    reason,
    cure: "Confirm that you mean it.",
  };
}

function consequence(policy: MscsPolicy, view: ClusterView | null, order: MscsOrder): string | null {
  const { verb, object } = order;
  const peer = policy.nodes.find(({ node }) => node !== object.name)?.node ?? "the other node";
  switch (verb) {
    case "offline":
      return object.kind === "group"
        ? `All resources of ${object.name} stop, and its clients are cut off until it is brought online.`
        : `${object.name} stops with everything that depends on it, until it is brought online.`;
    case "evict":
      return `${object.name} leaves the pair: from then on ${peer} is alone, and nothing takes over when it fails.`;
    case "rebuild":
      return `The engine of ${object.name} is stopped and set up anew: until it has joined again, ${peer} is alone.`;
    case "pause":
      return drainsNowhere(view, order, peer);
    default:
      return null;
  }
}

/** A drain moves groups to the peer. Where that cannot take them, they stop. */
function drainsNowhere(view: ClusterView | null, order: MscsOrder, peer: string): string | null {
  if (order.mode !== "drain" || !view) return null;
  const isUp = view.nodes.some(({ name, state }) => name === peer && state === "up");
  const groups = view.groups.filter(({ owner }) => owner === order.object.name).map(({ name }) => name);
  if (isUp || groups.length === 0) return null;
  return `${peer} is not up, so ${groups.join(", ")} would have nowhere to go and would stop.`;
}

export function orderObjects(cluster: string, { object }: MscsOrder): ObjectRef[] {
  const pair: ObjectRef = { kind: "mscs-cluster", name: cluster };
  return object.kind === "pair" ? [pair] : [{ kind: object.kind, name: object.name }, pair];
}
