/** What may be done with a node of a pair and with the pair itself, why not, and what will happen. Pure. */
import { breaking, breakingFirst, type Consequence, calm, listed } from "../../acts/consequence.ts";
import type { MscsCluster } from "../../states/mscs-states.ts";
import { guardBlockedBy, objectBlockedBy, type PairAct, pairAct } from "./pair-act.ts";

export type NodeVerb = "keep" | "drain" | "resume" | "evict" | "rebuild";

export const nodeVerbLabels: Record<NodeVerb, string> = {
  keep: "Pause, keep its groups",
  drain: "Pause and drain",
  resume: "Resume",
  evict: "Evict from the pair",
  rebuild: "Rebuild",
};

const orders = {
  keep: "pause",
  drain: "pause",
  resume: "resume",
  evict: "evict",
  rebuild: "rebuild",
} as const;

function owned(cluster: MscsCluster, node: string): string[] {
  return (cluster.view?.groups ?? []).filter(({ owner }) => owner === node).map(({ name }) => name);
}

const peerOf = (cluster: MscsCluster, node: string) =>
  cluster.nodes.find(({ name }) => name !== node)?.name ?? "the other node";

function isPeerUp(cluster: MscsCluster, node: string): boolean {
  const peer = peerOf(cluster, node);
  return cluster.view?.nodes.some(({ name, state }) => name === peer && state === "up") ?? false;
}

/** Why the act is refused now and what would enable it; null when it may be done. */
export function nodeBlockedBy(verb: NodeVerb, cluster: MscsCluster, node: string): string | null {
  const blocked = objectBlockedBy(cluster, "node", node);
  if (blocked) return blocked;
  const seen = cluster.view?.nodes.find(({ name }) => name === node);
  const state = seen?.state ?? "unknown";
  if (verb === "resume" && state !== "paused") return `${node} is not paused.`;
  if (verb === "keep" || verb === "drain") {
    const isDrainable = verb === "drain" && seen?.pause === "keep";
    if (state === "paused") return isDrainable ? null : `${node} is paused already.`;
    if (state !== "up") return `${node} is ${state}: only a node that is up can be paused.`;
  }
  const mode = verb === "keep" || verb === "drain" ? verb : null;
  return guardBlockedBy(cluster, { verb: orders[verb], object: { kind: "node", name: node }, mode });
}

export function nodeAct(verb: NodeVerb, cluster: MscsCluster, node: string): PairAct {
  const label = nodeVerbLabels[verb];
  const groups = owned(cluster, node);
  const isPause = verb === "keep" || verb === "drain";
  return pairAct(cluster, {
    verb: orders[verb],
    object: { kind: "node", name: node },
    title: `${label}: ${node}`,
    button: verb === "evict" ? `Evict ${node}` : (label.split(",")[0] ?? label),
    lead: `Node ${node} of ${cluster.name}. ${groups.length > 0 ? `It runs ${listed(groups)}.` : "It runs no group."}`,
    mode: isPause ? verb : verb === "resume" ? "none" : null,
    lines: breakingFirst(linesOf(verb, cluster, node)),
    typed: verb === "evict" || verb === "rebuild" ? node : null,
    confirm: verb === "evict" || verb === "rebuild" || (verb === "drain" && !isPeerUp(cluster, node)),
    question: questionOf(verb, node),
    groups: verb === "drain" ? groups : [],
    hasFailback: verb === "resume",
  });
}

function questionOf(verb: NodeVerb, node: string): PairAct["question"] {
  if (verb === "keep" || verb === "drain") return { kind: "nodePause", node, mode: verb };
  return verb === "resume" ? { kind: "nodeReturn", node } : null;
}

function linesOf(verb: NodeVerb, cluster: MscsCluster, node: string): Consequence[] {
  const peer = peerOf(cluster, node);
  const groups = owned(cluster, node);
  const alone = `Until then ${peer} has nobody to take over from it.`;
  switch (verb) {
    case "keep":
      return [
        calm(
          groups.length > 0
            ? `${listed(groups)} ${groups.length === 1 ? "stays" : "stay"} on ${node}.`
            : `${node} runs no group.`,
        ),
        calm(
          `${node} brings nothing online and takes no group by move or failover until it is resumed. ${alone}`,
        ),
      ];
    case "drain":
      if (!isPeerUp(cluster, node) && groups.length > 0)
        return [
          breaking(
            `${peer} is not up: ${listed(groups)} ${groups.length === 1 ? "has" : "have"} nowhere to go and ${groups.length === 1 ? "stops" : "stop"}.`,
          ),
          calm(`${node} takes no group until it is resumed.`),
        ];
      return [
        ...(groups.length > 0
          ? [
              breaking(
                `${listed(groups)} ${groups.length === 1 ? "moves" : "move"} to ${peer}; their clients connect again.`,
              ),
            ]
          : []),
        calm(`${node} takes no group until it is resumed. ${alone}`),
      ];
    case "resume":
      return [calm(`${node} takes groups again, by move and by failover.`)];
    case "evict":
      return [
        breaking(`${node} leaves the pair for good: its engine is stopped and its configuration removed.`),
        ...(groups.length > 0
          ? [breaking(`${listed(groups)} ${groups.length === 1 ? "moves" : "move"} to ${peer} first.`)]
          : []),
        breaking(
          `${peer} goes on alone: nothing survives its loss until ${node} is rebuilt or another node joins.`,
        ),
      ];
    case "rebuild":
      return [
        breaking(
          `The engine on ${node} is stopped, its configuration is written anew from ${peer}, and it joins again.`,
        ),
        calm(`Groups on ${peer} go on. ${alone}`),
      ];
  }
}

/** Orders about the pair as a whole. */
export type PairVerb = "maintenanceOn" | "maintenanceOff" | "revert" | "clear";

export function pairVerbBlockedBy(verb: PairVerb, cluster: MscsCluster): string | null {
  const blocked = objectBlockedBy(cluster, "pair", cluster.name);
  if (blocked) return blocked;
  const isOn = cluster.view?.isMaintenance === true;
  if (verb === "maintenanceOn" && isOn) return `${cluster.name} is in maintenance already.`;
  if (verb === "maintenanceOff" && !isOn) return `${cluster.name} is not in maintenance.`;
  if (verb === "revert" && cluster.drift.length === 0) return "Nothing differs from the fleet file.";
  return null;
}

export function pairOrderAct(verb: PairVerb, cluster: MscsCluster): PairAct {
  const object = { kind: "pair", name: cluster.name } as const;
  const lead = `The pair ${cluster.name}.`;
  switch (verb) {
    case "maintenanceOn":
      return pairAct(cluster, {
        verb: "maintenance",
        object,
        title: `Begin maintenance of ${cluster.name}`,
        button: "Begin maintenance",
        lead,
        mode: "on",
        lines: [
          breaking(
            "The engine watches nothing and does nothing: a failure is not noticed and no group moves.",
          ),
          calm(
            "Everything that runs goes on running, and the engine may be restarted or renewed beneath it.",
          ),
        ],
      });
    case "maintenanceOff":
      return pairAct(cluster, {
        verb: "maintenance",
        object,
        title: `End maintenance of ${cluster.name}`,
        button: "End maintenance",
        lead,
        mode: "off",
        lines: [
          calm(
            "The engine looks at every resource, and acts on what it finds: what stopped meanwhile is started.",
          ),
        ],
      });
    case "revert":
      return pairAct(cluster, {
        verb: "revert",
        object,
        title: `Revert ${cluster.name} to the fleet file`,
        button: "Revert",
        lead,
        typed: cluster.name,
        confirm: true,
        lines: [
          breaking(
            "What was changed by hand is written over by the policy in force, and groups follow it at once.",
          ),
          calm("Objects of others that Bulkhead does not know stay untouched."),
        ],
      });
    case "clear":
      return pairAct(cluster, {
        verb: "clear",
        object,
        title: `Clear all failures of ${cluster.name}`,
        button: "Clear failures",
        lead,
        lines: [
          calm("The failures of all resources are forgotten on both nodes; what had failed is tried again."),
        ],
      });
  }
}
