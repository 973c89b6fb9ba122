/** What may be done with a group, why not, and what will happen if it is done. Pure; the dialog prints these texts. */
import { breaking, breakingFirst, type Consequence, calm, listed } from "../../acts/consequence.ts";
import { type GroupView, groupCondition, type MscsCluster } from "../../states/mscs-states.ts";
import { policyOf, reachedBy, resourcesInStartOrder } from "../groups/start-order.ts";
import { guardBlockedBy, objectBlockedBy, type PairAct, pairAct } from "./pair-act.ts";

export type GroupVerb = "move" | "moveBack" | "online" | "offline" | "restart" | "clear";

/** "Move to db-2", "Move back to db-1". */
export function groupVerbLabel(verb: GroupVerb, cluster: MscsCluster, group: GroupView): string {
  switch (verb) {
    case "move":
      return `Move group to ${moveTarget(cluster, group) ?? "the other node"}`;
    case "moveBack":
      return `Move back to ${home(cluster, group) ?? "its preferred owner"}`;
    case "online":
      return "Bring online";
    case "offline":
      return "Take offline";
    case "restart":
      return "Restart";
    case "clear":
      return "Clear failures";
  }
}

/** The node that a group would move to: the peer of its owner. Null when it has no owner. */
export function moveTarget(cluster: MscsCluster, group: GroupView): string | null {
  if (group.owner === null) return null;
  return cluster.nodes.find((node) => node.name !== group.owner)?.name ?? null;
}

/** Its first preferred owner; null = it has none. */
function home(cluster: MscsCluster, group: GroupView): string | null {
  return policyOf(cluster, group.name)?.preferredOwners[0] ?? null;
}

/** Why the act is refused now and what would enable it; null when it may be done. */
export function groupBlockedBy(verb: GroupVerb, cluster: MscsCluster, group: GroupView): string | null {
  const blocked = objectBlockedBy(cluster, "group", group.name);
  if (blocked) return blocked;
  if (group.state === "unknown") return groupCondition(cluster, group).why;
  if (verb === "offline") return group.state === "offline" ? `Group ${group.name} is offline already.` : null;
  if (verb === "clear") return hasFailures(group) ? null : `Group ${group.name} has no failure to clear.`;
  if (verb === "online" && group.state === "online") return `Group ${group.name} is online already.`;
  if (group.state === "pending") return `Group ${group.name} is on its way. Wait until it has arrived.`;
  if (verb === "moveBack" && group.owner !== null && home(cluster, group) === group.owner)
    return `Group ${group.name} is on its preferred owner ${group.owner} already.`;
  if (verb === "restart" && group.owner === null)
    return `Group ${group.name} runs nowhere. Bring it online first.`;
  return guardBlockedBy(cluster, { verb, object: { kind: "group", name: group.name } });
}

/** Something that "clear" would clear. */
export function hasFailures(group: GroupView): boolean {
  return (
    group.failovers?.isHalted === true ||
    group.resources.some(({ failCount, state }) => failCount > 0 || state === "failed")
  );
}

/** The act with everything that the dialog says. */
export function groupAct(verb: GroupVerb, cluster: MscsCluster, group: GroupView): PairAct {
  const to = verb === "move" ? moveTarget(cluster, group) : verb === "moveBack" ? home(cluster, group) : null;
  const isMove = verb === "move" || verb === "moveBack";
  const label = groupVerbLabel(verb, cluster, group);
  return pairAct(cluster, {
    verb,
    object: { kind: "group", name: group.name },
    title: isMove ? `${label.replace("group", group.name)}` : `${label}: ${group.name}`,
    button: isMove ? "Move group" : label,
    lead: `${leadOf(cluster, group)}`,
    to: verb === "move" ? to : null,
    lines: breakingFirst(linesOf(verb, { cluster, group, to })),
    confirm: verb === "offline",
    question: isMove && to !== null ? { kind: "move", group: group.name, to } : null,
    groups: verb === "clear" ? [] : [group.name],
  });
}

function leadOf(cluster: MscsCluster, group: GroupView): string {
  const where = group.owner === null ? "It runs nowhere now." : `It runs on ${group.owner} now.`;
  return `Group ${group.name} of ${cluster.name}. ${where}`;
}

interface About {
  cluster: MscsCluster;
  group: GroupView;
  /** Where it moves; null = it does not. */
  to: string | null;
}

function linesOf(verb: GroupVerb, { cluster, group, to }: About): Consequence[] {
  const up = resourcesInStartOrder(cluster, group).map(({ name }) => name);
  const clients = reachedBy(cluster, group.name);
  const owner = group.owner ?? "its owner";
  const down = `${up.toReversed().join(", then ")} ${up.length === 1 ? "goes" : "go"} offline`;
  const rise = `${up.join(", then ")} ${up.length === 1 ? "comes" : "come"} online`;
  switch (verb) {
    case "move":
    case "moveBack":
      return [
        breaking(`Clients of ${clients} are cut and must connect again.`),
        calm(`On ${owner}: ${down}.`),
        calm(`On ${to ?? "the other node"}: ${rise}.`),
        calm("Nothing is left behind that would hold it there: failover and failback go on as before."),
      ];
    case "restart":
      return [
        breaking(`Clients of ${clients} are cut and must connect again.`),
        calm(`On ${owner}: ${down}, then ${rise}.`),
      ];
    case "offline":
      return [
        breaking(`Nobody answers at ${clients} until the group is brought online again.`),
        ...(group.owner === null ? [] : [calm(`On ${group.owner}: ${down}.`)]),
        calm(persistLine(cluster, group)),
      ];
    case "online":
      return [
        calm(`${rise.charAt(0).toUpperCase()}${rise.slice(1)}, on ${startNode(cluster, group)}.`),
        ...haltLines(group),
      ];
    case "clear":
      return clearLines(group);
  }
}

function persistLine(cluster: MscsCluster, group: GroupView): string {
  return policyOf(cluster, group.name)?.persistentState === false
    ? "It stays offline through failovers, and comes online again when the pair forms anew."
    : "It stays offline, also when the nodes or the pair start again, until somebody brings it online.";
}

function startNode(cluster: MscsCluster, group: GroupView): string {
  const up = (cluster.view?.nodes ?? []).filter(({ state }) => state === "up").map(({ name }) => name);
  const preferred = policyOf(cluster, group.name)?.preferredOwners.find((name) => up.includes(name));
  return (
    preferred ?? (up.length === 1 ? (up[0] ?? "the node that is up") : "the node that the engine chooses")
  );
}

function haltLines(group: GroupView): Consequence[] {
  return group.failovers?.isHalted
    ? [calm("It was left offline by its failover limit; the count begins anew.")]
    : [];
}

function clearLines(group: GroupView): Consequence[] {
  const failed = group.resources.filter(({ failCount, state }) => failCount > 0 || state === "failed");
  const names = listed(failed.map(({ name }) => name));
  return [
    calm(`Failures of ${names || group.name} are forgotten: their counts begin at zero, on both nodes.`),
    calm("The engine checks the resources anew and starts what had failed. Nothing that runs is stopped."),
    ...haltLines(group),
  ];
}
