/**
 * Edits of a live CIB that commands make: pure functions from one document to the next. What they write stands apart
 * from what the policy compiles to, under ids of its own, so that neither overwrites the other.
 */
import type { CibModel } from "@bulkhead/core/mscs";
import { recordedObjects, sectionItems } from "./cib-merge.ts";
import { child, element, type XmlElement } from "./xml.ts";

/** Node attribute: "keep" while the node is paused and keeps its groups. */
export const pauseAttribute = "bulkhead-pause";
/** Mark of the failover limit on a group; an order that brings the group online lifts it. */
export const haltedMark = "bulkhead-halted";
const pausePrefix = "bulkhead-run-pause-";
/** Ids of pins. */
export const movePrefix = "bulkhead-run-move-";

/** `by`: the node whose agent moves. `untilMs`: epoch milliseconds; the engine ignores the pin from then on. */
export interface Pin {
  by: string;
  group: string;
  to: string;
  untilMs: number;
}

/** Draws a group to a node until a point in time, so that a pin whose agent has died does not hold for ever. */
export function withPin(cib: XmlElement, { by, group, to, untilMs }: Pin): XmlElement {
  const id = `${movePrefix}${by}-${group}`;
  const rule = element("rule", { id: `${id}-rule`, score: "INFINITY", "boolean-op": "and" }, [
    element("expression", { id: `${id}-node`, attribute: "#uname", operation: "eq", value: to }),
    element("date_expression", { id: `${id}-end`, operation: "lt", end: cibTime(untilMs) }),
  ]);
  const pin = element("rsc_location", { id, rsc: group }, [rule]);
  return withItems(cib, "constraints", (items) => [...items.filter((item) => idOf(item) !== id), pin]);
}

/** Takes away the pins of one agent: of one group, or (null) all. */
export function withoutPins(cib: XmlElement, by: string, group: string | null): XmlElement {
  const isGone = (id: string) =>
    group === null ? id.startsWith(`${movePrefix}${by}-`) : id === `${movePrefix}${by}-${group}`;
  return withItems(cib, "constraints", (items) => items.filter((item) => !isGone(idOf(item))));
}

/** Lifts the failover limit of a group, or (null) of all: what the limit has halted may come online again. */
export function withoutHalt(cib: XmlElement, group: string | null): XmlElement {
  const isHalted = (item: XmlElement) =>
    item.children.some(
      (set) => set.name === "meta_attributes" && set.children.some((pair) => !isNot(haltedMark)(pair)),
    );
  return withItems(cib, "resources", (items) =>
    items.map((item) =>
      (group === null || idOf(item) === group) && isHalted(item)
        ? withoutMeta(item, ["target-role", haltedMark])
        : item,
    ),
  );
}

/** Takes a group offline and marks it as held by its failover limit. `atS`: epoch seconds. */
export function withHalt(cib: XmlElement, group: string, atS: number): XmlElement {
  return withItems(cib, "resources", (items) =>
    items.map((item) => {
      if (idOf(item) !== group) return item;
      const free = withoutMeta(item, ["target-role", haltedMark]);
      return withOrder(withOrder(free, "target-role", "Stopped"), haltedMark, String(atS));
    }),
  );
}

/** Orders a group or a resource to be offline, or takes that order back; other resources keep their orders. */
export function withOffline(cib: XmlElement, id: string, isOffline: boolean): XmlElement {
  const change = (item: XmlElement): XmlElement => {
    if (idOf(item) !== id) return { ...item, children: item.children.map(change) };
    const free = withoutMeta(item, ["target-role", haltedMark]);
    return isOffline ? withOrder(free, "target-role", "Stopped") : free;
  };
  return withItems(cib, "resources", (items) => items.map(change));
}

/** Ids of groups that Bulkhead wrote and of members of its groups, which the model no longer has. */
export function goingIds(live: XmlElement, model: CibModel): string[] {
  const recorded = recordedObjects(live);
  const groups = sectionItems(live, "resources").filter(({ name }) => name === "group");
  return groups
    .filter((group) => recorded.has(idOf(group)))
    .flatMap((group) => {
      const wanted = model.groups.find(({ id }) => id === idOf(group));
      if (wanted === undefined) return [idOf(group)];
      return memberIds(live, idOf(group)).filter((id) => !wanted.members.some((member) => member.id === id));
    });
}

/** True if the element itself carries the order to be offline; that of its group is not looked at. */
export function isOrderedOffline(cib: XmlElement, id: string): boolean {
  const found = sectionItems(cib, "resources")
    .flatMap((item) => [item, ...item.children])
    .find((item) => idOf(item) === id);
  const pairs = (found?.children ?? []).flatMap((set) =>
    set.name === "meta_attributes" ? set.children : [],
  );
  return pairs.some(
    ({ attributes }) => attributes["name"] === "target-role" && attributes["value"] === "Stopped",
  );
}

/** Ids of the members of a group; empty if there is no such group. */
export function memberIds(cib: XmlElement, group: string): string[] {
  const found = sectionItems(cib, "resources").find((item) => item.name === "group" && idOf(item) === group);
  return (found?.children ?? []).filter((item) => item.name === "primitive").map(idOf);
}

/** Sets a permanent attribute of a node; null removes it. A node that is not in the CIB changes nothing. */
export function withNodeAttribute(
  cib: XmlElement,
  node: string,
  pair: { name: string; value: string | null },
): XmlElement {
  return withItems(cib, "nodes", (items) =>
    items.map((item) => (item.attributes["uname"] === node ? withAttribute(item, pair) : item)),
  );
}

/** True if the node has this permanent attribute. */
export function hasNodeAttribute(
  cib: XmlElement,
  node: string,
  pair: { name: string; value: string },
): boolean {
  const found = sectionItems(cib, "nodes").find((item) => item.attributes["uname"] === node);
  const pairs = (found?.children ?? []).flatMap((set) => set.children);
  return pairs.some(
    ({ attributes }) => attributes["name"] === pair.name && attributes["value"] === pair.value,
  );
}

/** Keeps groups from coming to a node, in addition to those that are kept already. */
export function withBans(cib: XmlElement, node: string, groups: readonly string[]): XmlElement {
  const bans = groups.map((rsc) =>
    element("rsc_location", { id: `${pausePrefix}${node}-${rsc}`, rsc, node, score: "-INFINITY" }),
  );
  const ids = new Set(bans.map(idOf));
  return withItems(cib, "constraints", (items) => [...items.filter((item) => !ids.has(idOf(item))), ...bans]);
}

/** Groups that are kept from coming to a node by its pause. */
export function bannedGroups(cib: XmlElement, node: string): string[] {
  return sectionItems(cib, "constraints")
    .filter((item) => isBan(item, node))
    .map((item) => item.attributes["rsc"] ?? "");
}

/** Lets every group come to a node again. */
export function withoutBans(cib: XmlElement, node: string): XmlElement {
  return withItems(cib, "constraints", (items) => items.filter((item) => !isBan(item, node)));
}

/** Sets a cluster property, wherever it stands; null removes it. */
export function withProperty(cib: XmlElement, name: string, value: string | null): XmlElement {
  const setId = "cib-bootstrap-options";
  return withItems(cib, "crm_config", (sets) => {
    const free = sets.map((set) => ({ ...set, children: set.children.filter(isNot(name)) }));
    if (value === null) return free;
    const pair = element("nvpair", { id: `${setId}-${name}`, name, value });
    const isThere = free.some((set) => idOf(set) === setId);
    const complete = isThere ? free : [...free, element("cluster_property_set", { id: setId })];
    return complete.map((set) => (idOf(set) === setId ? { ...set, children: [...set.children, pair] } : set));
  });
}

function withAttribute(
  node: XmlElement,
  { name, value }: { name: string; value: string | null },
): XmlElement {
  const setId = `nodes-${idOf(node)}`;
  const free = node.children.map((set) => ({ ...set, children: set.children.filter(isNot(name)) }));
  if (value === null) return { ...node, children: free };
  const pair = element("nvpair", { id: `${setId}-${name}`, name, value });
  const isThere = free.some((set) => idOf(set) === setId);
  const sets = isThere ? free : [...free, element("instance_attributes", { id: setId })];
  return {
    ...node,
    children: sets.map((set) => (idOf(set) === setId ? { ...set, children: [...set.children, pair] } : set)),
  };
}

function withoutMeta(item: XmlElement, names: readonly string[]): XmlElement {
  const strip = (set: XmlElement) =>
    set.name === "meta_attributes"
      ? { ...set, children: set.children.filter((pair) => names.every((name) => isNot(name)(pair))) }
      : set;
  const isEmpty = (set: XmlElement) => idOf(set) === ordersId(item) && set.children.length === 0;
  return { ...item, children: item.children.map(strip).filter((set) => !isEmpty(set)) };
}

/** A new set stands in front: the schema wants the sets of a group before its members. */
function withOrder(item: XmlElement, name: string, value: string): XmlElement {
  const setId = ordersId(item);
  const pair = element("nvpair", { id: `${setId}-${name}`, name, value });
  const isThere = item.children.some((set) => idOf(set) === setId);
  const children = isThere
    ? item.children.map((set) => (idOf(set) === setId ? { ...set, children: [...set.children, pair] } : set))
    : [element("meta_attributes", { id: setId }, [pair]), ...item.children];
  return { ...item, children };
}

/** The set that `crm_resource --meta` makes and looks for. */
function ordersId(item: XmlElement): string {
  return `${idOf(item)}-meta_attributes`;
}

function withItems(
  cib: XmlElement,
  section: string,
  change: (items: XmlElement[]) => XmlElement[],
): XmlElement {
  const configuration = child(cib, "configuration");
  if (configuration === undefined) return cib;
  const children = configuration.children.map((item) =>
    item.name === section ? { ...item, children: change(item.children) } : item,
  );
  const changed = { ...configuration, children };
  return { ...cib, children: cib.children.map((item) => (item === configuration ? changed : item)) };
}

function isBan(item: XmlElement, node: string): boolean {
  return idOf(item).startsWith(pausePrefix) && item.attributes["node"] === node;
}

function isNot(name: string): (pair: XmlElement) => boolean {
  return (pair) => pair.attributes["name"] !== name;
}

function idOf(item: XmlElement): string {
  return item.attributes["id"] ?? "";
}

/** The engine's own way to write a point in time, to the second. */
function cibTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")}Z`;
}
