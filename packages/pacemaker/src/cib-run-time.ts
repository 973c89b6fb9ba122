/**
 * What commands order at run time: offline, unmanaged, and with what the failover limit holds a group. It stands in the CIB beside the policy, in meta attributes, because
 * Pacemaker keeps it there. The policy does not say it, so writing the policy leaves it, and finding it is no drift.
 */
import type { CibModel } from "@bulkhead/core/mscs";
import { element, type XmlElement } from "./xml.ts";

/** Constraints that commands set (a paused node that keeps its groups): never foreign, never removed by a policy. */
export const runTimePrefix = "bulkhead-run-";

const runTimeNames: readonly string[] = ["target-role", "is-managed", "maintenance", "bulkhead-halted"];

/** The item as the policy made it: without run-time orders, in it and in its members. */
export function withoutRunTime(item: XmlElement): XmlElement {
  const children = item.children.flatMap((part) => {
    if (part.name === "primitive") return [withoutRunTime(part)];
    if (part.name !== "meta_attributes") return [part];
    const pairs = part.children.filter((pair) => !isRunTime(pair));
    // A set that held nothing else was made by the order.
    return pairs.length === 0 && part.children.length > 0 ? [] : [{ ...part, children: pairs }];
  });
  return { ...item, children };
}

/** The new form of a group or resource, with the run-time orders that its live form has. */
export function keepRunTime(live: XmlElement, item: XmlElement): XmlElement {
  const orders = live.children
    .filter(({ name }) => name === "meta_attributes")
    .flatMap(({ children }) => children.filter(isRunTime));
  const members = new Map(live.children.map((part) => [part.attributes["id"], part]));
  const children = item.children.map((part) => {
    const old = members.get(part.attributes["id"]);
    return part.name === "primitive" && old !== undefined ? keepRunTime(old, part) : part;
  });
  return withOrders({ ...item, children }, orders);
}

/** For what is new in a CIB: groups without automatic start begin offline. */
export function orderedOffline(model: CibModel): (item: XmlElement) => XmlElement {
  const offline = new Set(model.groups.filter((group) => group.startsOffline).map(({ id }) => id));
  return (item) => {
    const id = item.attributes["id"] ?? "";
    if (!offline.has(id)) return item;
    const pair = { id: `${setId(id)}-target-role`, name: "target-role", value: "Stopped" };
    return withOrders(item, [element("nvpair", pair)]);
  };
}

/** The set that `crm_resource --meta` makes and looks for. */
function setId(id: string): string {
  return `${id}-meta_attributes`;
}

/** The set stands before the first member of a group: the schema wants attributes first. */
function withOrders(item: XmlElement, orders: XmlElement[]): XmlElement {
  if (orders.length === 0) return item;
  const set = element("meta_attributes", { id: setId(item.attributes["id"] ?? "") }, orders);
  return { ...item, children: [set, ...item.children] };
}

function isRunTime(pair: XmlElement): boolean {
  return pair.name === "nvpair" && runTimeNames.includes(pair.attributes["name"] ?? "");
}
