/** What may be done with one resource, why not, and what will happen if it is done. Pure. */
import { failuresOnOwner } from "@bulkhead/core/mscs";
import { breaking, breakingFirst, type Consequence, calm, listed } from "../../acts/consequence.ts";
import type { GroupView, MscsCluster, ResourceView } from "../../states/mscs-states.ts";
import { dependentsOf, policyOf } from "../groups/start-order.ts";
import { guardBlockedBy, objectBlockedBy, type PairAct, pairAct } from "./pair-act.ts";

export type ResourceVerb = "online" | "offline" | "restart" | "fail" | "clear";

export const resourceVerbs: readonly ResourceVerb[] = ["online", "offline", "restart", "fail", "clear"];

export const resourceVerbLabels: Record<ResourceVerb, string> = {
  online: "Bring online",
  offline: "Take offline",
  restart: "Restart",
  fail: "Initiate failure",
  clear: "Clear failures",
};

interface About {
  cluster: MscsCluster;
  group: GroupView;
  resource: ResourceView;
}

const fullName = ({ group, resource }: About) => `${group.name}/${resource.name}`;

/** Why the act is refused now and what would enable it; null when it may be done. */
export function resourceBlockedBy(verb: ResourceVerb, about: About): string | null {
  const { cluster, group, resource } = about;
  const { name, state } = resource;
  const blocked = objectBlockedBy(cluster, "resource", fullName(about));
  if (blocked) return blocked;
  if (state === "unknown") return `Nobody knows whether ${name} runs.`;
  if (verb === "clear")
    return resource.failCount > 0 || state === "failed" ? null : `${name} has no failure to clear.`;
  if (verb === "offline") return state === "offline" ? `${name} is offline already.` : null;
  if (state === "pending") return `${name} is going online or offline. Wait until it has.`;
  if (verb === "online") {
    const asleep = onlineBlockedBy(group, resource);
    if (asleep) return asleep;
  }
  if (verb === "restart" && state !== "online") return `${name} is not online. Bring it online first.`;
  return guardBlockedBy(cluster, { verb, object: { kind: "resource", name: fullName(about) } });
}

function onlineBlockedBy(group: GroupView, { name, state }: ResourceView): string | null {
  if (state === "online") return `${name} is online already.`;
  return group.isOrderedOffline ? `Its group ${group.name} is offline. Bring the group online.` : null;
}

export function resourceAct(verb: ResourceVerb, about: About): PairAct {
  const { cluster, group, resource } = about;
  const label = resourceVerbLabels[verb];
  const isFail = verb === "fail";
  return pairAct(cluster, {
    verb,
    object: { kind: "resource", name: fullName(about) },
    title: isFail ? `Initiate failure of ${resource.name}` : `${label}: ${resource.name}`,
    button: label,
    lead: `Resource ${resource.name} of group ${group.name}${resource.owner ? `, on ${resource.owner}` : ""}.`,
    lines: breakingFirst(linesOf(verb, about)),
    confirm: verb === "offline",
    question: isFail
      ? {
          kind: "resourceFailure",
          group: group.name,
          resource: resource.name,
          times: failuresOnOwner(resource) + 1,
        }
      : null,
    groups: isFail ? [group.name] : [],
  });
}

function linesOf(verb: ResourceVerb, about: About): Consequence[] {
  const { cluster, group, resource } = about;
  const { name } = resource;
  const above = dependentsOf(cluster, group.name, name);
  const needing =
    above.length > 0 ? `${listed(above)}, which ${above.length === 1 ? "needs" : "need"} it,` : "";
  switch (verb) {
    case "online":
      return [
        calm(`${name} comes online${resource.owner ? ` on ${resource.owner}` : ""}, after what it needs.`),
      ];
    case "offline":
      return [
        breaking(`${name} goes offline and stays so until it is brought online.`),
        ...(needing ? [breaking(`Before it ${needing} ${above.length === 1 ? "goes" : "go"} offline.`)] : []),
      ];
    case "restart":
      return [
        breaking(`${name} goes offline and comes online again on the same node. It counts as no failure.`),
        ...(needing ? [breaking(`So ${above.length === 1 ? "does" : "do"} ${listed(above)} above it.`)] : []),
      ];
    case "fail":
      return [
        breaking(failLine(about)),
        calm("It counts as a real failure, in the threshold and in the history."),
      ];
    case "clear":
      return [
        calm(`The failures of ${name} are forgotten on both nodes: the count begins at zero.`),
        calm("The engine checks it anew and starts it where it had failed."),
      ];
  }
}

/** What the policy says of the next failure: restart in place, or move, or stay failed (DOMAIN 2.5). */
function failLine({ cluster, group, resource }: About): string {
  const policy = policyOf(cluster, group.name)?.resources.find(({ name }) => name === resource.name);
  if (!policy)
    return `${resource.name} fails; what follows is decided by rules that are not in the fleet file.`;
  const { action, threshold } = policy.restart;
  if (action === "none") return `${resource.name} fails and stays failed: it is not restarted.`;
  const next = failuresOnOwner(resource) + 1;
  if (next <= threshold)
    return `${resource.name} fails and is restarted on ${resource.owner ?? "its node"}: failure ${next}, and ${threshold} are restarted there.`;
  return action === "failover"
    ? `${resource.name} fails for the ${next}. time, more than the ${threshold} that are restarted: group ${group.name} moves.`
    : `${resource.name} fails for the ${next}. time, more than the ${threshold} that are restarted: it stays failed, the group does not move.`;
}
