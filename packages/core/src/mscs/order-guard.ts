/**
 * Which orders a pair refuses before it begins them, and why. One function for agent, controller and console: a button
 * that is grey, a refusal of the API and one of the node have the same words.
 */
import type { ObjectRef, Refusal } from "../fleet/index.ts";
import type { MscsOrder } from "./acts.ts";
import {
  groupPolicyOf,
  groupViewOf,
  namesOf,
  orderKinds,
  orderModes,
  peerOf,
  resourceViewOf,
  wouldBounce,
} from "./order-objects.ts";
import type { MscsPolicy } from "./types.ts";
import type { ClusterView } from "./view.ts";

type Words = Pick<Refusal, "message" | "reason" | "cure">;
interface Asked {
  policy: MscsPolicy;
  view: ClusterView;
  order: MscsOrder;
}

/** Null = it may begin. `order` as `resolveOrder` made it. */
export function refuseOrder(asked: Asked): Refusal | null {
  const words =
    wrongShape(asked) ?? wrongObject(asked) ?? wrongTime(asked) ?? wrongMove(asked) ?? wrongNode(asked);
  return words === null ? null : { rule: "B-order", severity: "error", objects: objectsOf(asked), ...words };
}

function wrongShape({ order }: Asked): Words | null {
  const { verb, object, mode } = order;
  if (!orderKinds[verb].includes(object.kind))
    return {
      message: `${verb} cannot be given to a ${object.kind}`,
      reason: `It is an order for ${orderKinds[verb].join(" or ")}.`,
      cure: `Name a ${orderKinds[verb].join(" or a ")}.`,
    };
  const modes = orderModes[verb];
  if (modes === undefined || (mode !== null && modes.includes(mode))) return null;
  return {
    message: `${verb} has no mode ${mode ?? "null"}`,
    reason: `Its modes are ${modes.join(", ")}.`,
    cure: `Leave the mode out to have ${modes[0] ?? "the first"}.`,
  };
}

function wrongObject({ policy, view, order }: Asked): Words | null {
  const { kind, name } = order.object;
  const missing = (what: string, known: readonly string[]): Words => ({
    message: `Pair ${policy.cluster} has no ${what} ${name}`,
    reason: `It has ${known.length === 0 ? "none" : known.join(", ")}.`,
    cure: "Name one of these; a resource is named as group/resource.",
  });
  if (kind === "node")
    return peerOf(policy, name) === null
      ? missing(
          "node",
          policy.nodes.map(({ node }) => node),
        )
      : null;
  if (kind === "pair")
    return name === policy.cluster ? null : missing("other name than its own:", [policy.cluster]);
  const { group, resource } = namesOf(order);
  const found = groupPolicyOf(policy, group);
  if (found === undefined)
    return missing(
      kind,
      policy.groups.map((item) => item.name),
    );
  if (resource !== null && !found.resources.some((item) => item.name === resource))
    return missing(
      kind,
      found.resources.map((item) => `${group}/${item.name}`),
    );
  // A blind engine lists nothing; whether it can be asked at all is the next question.
  if (view.engineBlind !== null || groupViewOf(view, group) !== undefined) return null;
  return {
    message: `Group ${group} is in the policy of pair ${policy.cluster}, but not in its engine`,
    reason: "The policy was not carried out yet, or somebody removed the group by hand.",
    cure: `Order "revert" for the pair, or apply the fleet file again.`,
  };
}

/** Rebuilding a node is for when its engine is broken, so it does not ask whether that answers. */
function wrongTime({ policy, view, order }: Asked): Words | null {
  const { verb } = order;
  if (verb === "rebuild" || verb === "evict") return null;
  if (view.engineBlind !== null)
    return {
      message: `The engine of pair ${policy.cluster} does not answer on this node`,
      reason: view.engineBlind,
      cure: "Give the order on the other node, or start pacemaker here (systemctl start pacemaker).",
    };
  if (verb === "maintenance" || verb === "revert") return null;
  if (view.isMaintenance)
    return {
      message: `Pair ${policy.cluster} is in maintenance, so its engine carries nothing out`,
      reason: "In maintenance the resources run on unwatched.",
      cure: `End it with "maintenance off" first.`,
    };
  if (view.hasQuorum) return null;
  return {
    message: `Pair ${policy.cluster} has no quorum on this node`,
    reason: "Without a majority of nodes and witness the engine stops its groups and starts none.",
    cure: "Bring the other node or the witness back first.",
  };
}

function wrongMove({ policy, view, order }: Asked): Words | null {
  if (order.verb !== "move" && order.verb !== "moveBack") return null;
  const group = order.object.name;
  const seen = groupViewOf(view, group);
  if (order.to === null) return noTarget(order, seen?.owner ?? null);
  const target = view.nodes.find((node) => node.name === order.to);
  if (target === undefined)
    return {
      message: `${order.to} is no node of pair ${policy.cluster}`,
      reason: `Its nodes are ${view.nodes.map((node) => node.name).join(", ")}.`,
      cure: "Name one of these.",
    };
  if (seen?.owner === order.to) return null;
  return (
    targetTrouble(target.name, target.state) ??
    offlineTrouble(group, seen?.owner ?? null) ??
    ownerTrouble({ policy, view, order }) ??
    (wouldBounce(policy, order) ? bounce(order) : null)
  );
}

function noTarget(order: MscsOrder, owner: string | null): Words {
  const group = order.object.name;
  return order.verb === "moveBack"
    ? {
        message: `Group ${group} has no preferred owner`,
        reason: "It can only move back to the first of its preferred owners.",
        cure: `Move it to a node by name, or set preferredOwners of ${group} in the fleet file.`,
      }
    : {
        message: `It is not known where group ${group} should move`,
        reason: owner === null ? "No node owns it now." : `Its owner ${owner} is not in the policy.`,
        cure: "Name the node, or bring the group online first.",
      };
}

function targetTrouble(node: string, state: string): Words | null {
  if (state === "up") return null;
  return {
    message: `${node} is ${state}`,
    reason: "A group can only move to a node that is up.",
    cure: state === "paused" ? `Resume ${node} first.` : `Bring ${node} back first.`,
  };
}

function offlineTrouble(group: string, owner: string | null): Words | null {
  if (owner !== null) return null;
  return {
    message: `Group ${group} is online nowhere`,
    reason: "The engine gives an offline group no owner, so there is nothing to move.",
    cure: `Bring ${group} online; it comes up on its preferred owner.`,
  };
}

function ownerTrouble({ policy, order }: Asked): Words | null {
  const barred = (groupPolicyOf(policy, order.object.name)?.resources ?? []).find(
    ({ possibleOwners }) => possibleOwners.length > 0 && !possibleOwners.includes(order.to ?? ""),
  );
  if (barred === undefined) return null;
  return {
    message: `Resource ${barred.name} of group ${order.object.name} may not run on ${order.to}`,
    reason: `Its possible owners are ${barred.possibleOwners.join(", ")}, and a group moves as a whole.`,
    cure: `Add ${order.to} to possibleOwners of ${barred.name} in the fleet file, or leave the group where it is.`,
  };
}

function bounce(order: MscsOrder): Words {
  const group = order.object.name;
  return {
    message: `Group ${group} fails back at once, so it would not stay on ${order.to}`,
    reason: "The engine would bring it straight back to its preferred owner: two outages for nothing.",
    cure: `Set failback.allow of ${group} to false or give it a window, apply, and move again.`,
  };
}

function wrongNode(asked: Asked): Words | null {
  const { policy, view, order } = asked;
  if (order.object.kind !== "node") return resourceTrouble(asked);
  const node = order.object.name;
  const isMembership = order.verb === "evict" || order.verb === "rebuild";
  if (isMembership && policy.engine === "adopted")
    return {
      message: `Pair ${policy.cluster} was adopted, so ${order.verb} is not Bulkhead's to do`,
      reason: "The membership of an adopted pair belongs to whoever set it up.",
      cure: "Do it with the tool that made the pair.",
    };
  const peer = view.nodes.find((item) => item.name === peerOf(policy, node));
  if (!isMembership || view.engineBlind !== null || peer?.state === "up") return null;
  // A node that came back after it was evicted has no quorum and runs nothing: there is nothing to lose.
  if (order.verb === "rebuild" && !view.hasQuorum) return null;
  return {
    message: `${node} cannot leave the pair while ${peer?.name ?? "the other node"} is not up`,
    reason: "Somebody must be left to run the groups.",
    cure: `Bring ${peer?.name ?? "the other node"} up first.`,
  };
}

function resourceTrouble({ view, order }: Asked): Words | null {
  if (order.verb !== "fail") return null;
  const seen = resourceViewOf(view, order);
  if (seen?.state === "online" && seen.owner !== null) return null;
  return {
    message: `Resource ${order.object.name} is ${seen?.state ?? "unknown"}`,
    reason: "Only what is online can fail.",
    cure: "Bring it online first.",
  };
}

function objectsOf({ policy, order }: Asked): ObjectRef[] {
  const { kind, name } = order.object;
  const pair: ObjectRef = { kind: "mscs-cluster", name: policy.cluster };
  return kind === "pair" ? [pair] : [{ kind, name }, pair];
}
