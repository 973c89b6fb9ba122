/** How long an order may take before it is called late. */
import type { MscsOrder } from "./acts.ts";
import type { CibModel, CibPrimitive } from "./cib-model.ts";
import { namesOf } from "./order-objects.ts";

/** For noticing, deciding and fencing beside the resources' own times. */
const spareS = 30;
/** An order that does not wait for resources. */
const shortS = 60;
/** Stopping, wiping, starting and joining an engine. */
const rebuildS = 300;
const longestS = 6 * 3600;

/** Seconds, from the pending timeouts of what has to stop and start; `deadlineS` of the order goes before. */
export function orderDeadlineS(model: CibModel, order: MscsOrder): number {
  return order.deadlineS ?? Math.min(longestS, usualS(model, order));
}

function usualS(model: CibModel, order: MscsOrder): number {
  const { group } = namesOf(order);
  const members = model.groups.find((item) => item.id === group)?.members ?? [];
  const all = model.groups.flatMap((item) => item.members);
  switch (order.verb) {
    case "clear":
    case "maintenance":
    case "revert":
      return shortS;
    case "pause":
      return order.mode === "keep" ? shortS : spareS + pendingS(all);
    case "resume":
      return order.mode === "immediate" ? shortS + pendingS(all) : shortS;
    case "evict":
    case "rebuild":
      return rebuildS + pendingS(all);
    default:
      // What rests on a resource stops and starts with it, so the whole group counts.
      return spareS + pendingS(members);
  }
}

function pendingS(items: readonly CibPrimitive[]): number {
  const operations = items.flatMap((item) => item.operations);
  return operations
    .filter(({ name }) => name === "start" || name === "stop")
    .reduce((sum, { timeoutS }) => sum + timeoutS, 0);
}
