/** Reader of what crm_simulate says: the graph of actions as steps, and where everything is afterwards. */
import type { PredictedStep } from "@bulkhead/core/mscs";
import { child, childrenNamed, type XmlElement } from "./xml.ts";

interface Action {
  id: string;
  /** Null = nothing that an admin would call a step: probes, monitors, the engine's own marks. */
  step: Omit<PredictedStep, "order"> | null;
  /** Ids of the actions that it waits for. */
  after: string[];
}

/**
 * Steps of a transition graph. `order` of a step = the number of steps on the longest way to it. `nameOf` turns the id of a
 * resource into `group/resource`; null = not of a group.
 */
export function stepsFromGraph(graph: XmlElement, nameOf: (id: string) => string | null): PredictedStep[] {
  const actions = new Map<string, Action>();
  for (const synapse of childrenNamed(graph, "synapse")) {
    for (const action of readSynapse(synapse, nameOf)) actions.set(action.id, action);
  }
  const orders = new Map<string, number>();
  const steps = [...actions.values()].flatMap((action) =>
    action.step === null ? [] : [{ ...action.step, order: orderOf(action.id, actions, orders) }],
  );
  return steps.sort((a, b) => a.order - b.order);
}

/** Steps before this action on the longest way; the graph has no circles. */
function orderOf(id: string, actions: ReadonlyMap<string, Action>, known: Map<string, number>): number {
  const found = known.get(id);
  if (found !== undefined) return found;
  const before = (actions.get(id)?.after ?? []).map((other) => {
    const isStep = (actions.get(other)?.step ?? null) !== null;
    return orderOf(other, actions, known) + (isStep ? 1 : 0);
  });
  const order = Math.max(0, ...before);
  known.set(id, order);
  return order;
}

function readSynapse(synapse: XmlElement, nameOf: (id: string) => string | null): Action[] {
  const after = childrenNamed(child(synapse, "inputs"), "trigger").flatMap((trigger) =>
    trigger.children.map((item) => item.attributes["id"] ?? ""),
  );
  return (child(synapse, "action_set")?.children ?? []).map((item) => ({
    id: item.attributes["id"] ?? "",
    step: stepOf(item, nameOf),
    after,
  }));
}

/** A stop on a node that is fenced is a mere mark in the graph, and no step. */
function stepOf(
  item: XmlElement,
  nameOf: (id: string) => string | null,
): Omit<PredictedStep, "order"> | null {
  const { operation, on_node: node = "" } = item.attributes;
  if (operation === "stonith") return { action: "fence", object: node, node };
  if (item.name !== "rsc_op" || (operation !== "start" && operation !== "stop")) return null;
  const object = nameOf(child(item, "primitive")?.attributes["id"] ?? "");
  return object === null ? null : { action: operation, object, node };
}

/** CIB id -> the node where the resource runs: soundly, and on a node that is known to live. */
export function runningFrom(status: XmlElement | undefined): Map<string, string> {
  const alive = new Set(
    childrenNamed(child(status, "nodes"), "node")
      .filter(({ attributes }) => attributes["online"] === "true" && attributes["unclean"] !== "true")
      .map((node) => node.attributes["name"] ?? ""),
  );
  const found = new Map<string, string>();
  const visit = (item: XmlElement) => {
    const { id = "", role, failed, blocked } = item.attributes;
    const node = child(item, "node")?.attributes["name"] ?? "";
    const isSound = failed !== "true" && blocked !== "true";
    if (item.name === "resource" && role === "Started" && isSound && alive.has(node)) found.set(id, node);
    for (const inner of item.children) visit(inner);
  };
  for (const item of child(status, "resources")?.children ?? []) visit(item);
  return found;
}
