/**
 * CIB XML -> CIB model: the way back of `cib-xml.ts`, and the reader of configurations that somebody else has written. What the
 * model has no place for is listed, never dropped in silence.
 */
import type {
  CibAlert,
  CibColocation,
  CibLocation,
  CibModel,
  CibOrder,
  CibPrimitive,
} from "@bulkhead/core/mscs";
import { sectionItems } from "./cib-merge.ts";
import { readGroup, readPrimitive, readSet, type Unread, unreadIn } from "./cib-read-parts.ts";
import { digestProperty, objectsProperty } from "./cib-xml.ts";
import { childrenNamed, type XmlElement } from "./xml.ts";

export type { Unread } from "./cib-read-parts.ts";

export interface CibReading {
  model: CibModel;
  /** Resources that stand in no group. */
  loose: CibPrimitive[];
  /** What is in the CIB and not in the model. */
  unread: Unread[];
}

/** Reads the configuration of a `<cib>`; its status is not looked at. Run-time orders (target-role) are not part of the model. */
export function readCib(cib: XmlElement): CibReading {
  const resources = sectionItems(cib, "resources");
  const primitives = resources.filter((item) => item.name === "primitive").map(readPrimitive);
  const constraints = sectionItems(cib, "constraints");
  const locations = readEach(constraints, readLocation);
  const orders = readEach(constraints, readOrder);
  const colocations = readEach(constraints, readColocation);
  const known = new Set([...locations, ...orders, ...colocations].map((item) => item.id));
  return {
    model: {
      properties: readProperties(cib),
      resourceDefaults: readDefaults(cib),
      fencing: primitives.filter((item) => item.agent.class === "stonith"),
      groups: resources.filter((item) => item.name === "group").map(readGroup),
      locations,
      orders,
      colocations,
      alerts: sectionItems(cib, "alerts").map(readAlert),
    },
    loose: primitives.filter((item) => item.agent.class !== "stonith"),
    unread: [
      ...resources.flatMap(unreadIn),
      ...constraints.filter((item) => !known.has(idOf(item))).map(unreadConstraint),
    ],
  };
}

/** What Bulkhead notes for itself is left out. */
function readProperties(cib: XmlElement): Record<string, string> {
  const all = Object.assign({}, ...sectionItems(cib, "crm_config").map(readSet)) as Record<string, string>;
  const { [digestProperty]: _, [objectsProperty]: __, ...properties } = all;
  return properties;
}

function readDefaults(cib: XmlElement): Record<string, string> {
  const plain = sectionItems(cib, "rsc_defaults").filter((set) => childrenNamed(set, "rule").length === 0);
  return Object.assign({}, ...plain.map(readSet)) as Record<string, string>;
}

function readEach<T>(items: readonly XmlElement[], read: (item: XmlElement) => T | null): T[] {
  return items.flatMap((item) => read(item) ?? []);
}

/** Only the plain form; a rule or another option means more than a model can say. */
function readLocation(item: XmlElement): CibLocation | null {
  const { id = "", rsc, node, score = "0", ...others } = item.attributes;
  const isPlain =
    item.name === "rsc_location" && item.children.length === 0 && Object.keys(others).length === 0;
  if (!isPlain || rsc === undefined || node === undefined) return null;
  const value = score === "-INFINITY" ? score : Number(score);
  return typeof value === "number" && !Number.isInteger(value)
    ? null
    : { id, resource: rsc, node, score: value };
}

function readOrder(item: XmlElement): CibOrder | null {
  const { id = "", first, then: next, kind = "Mandatory", ...others } = item.attributes;
  const isPlain = item.name === "rsc_order" && item.children.length === 0 && Object.keys(others).length === 0;
  if (!isPlain || first === undefined || next === undefined || kind !== "Mandatory") return null;
  return { id, first, next };
}

function readColocation(item: XmlElement): CibColocation | null {
  // Without influence or with it, a negative score keeps apart.
  const { id = "", rsc, "with-rsc": other, score = "", influence: _, ...others } = item.attributes;
  const isPlain =
    item.name === "rsc_colocation" && item.children.length === 0 && Object.keys(others).length === 0;
  const value = Number(score);
  if (!isPlain || rsc === undefined || other === undefined || !Number.isInteger(value) || score === "")
    return null;
  return { id, resource: rsc, with: other, score: value };
}

function readAlert(item: XmlElement): CibAlert {
  const recipients = childrenNamed(item, "recipient").map(({ attributes }) => ({
    id: attributes["id"] ?? "",
    value: attributes["value"] ?? "",
  }));
  const meta = Object.assign({}, ...childrenNamed(item, "meta_attributes").map(readSet)) as Record<
    string,
    string
  >;
  return { id: idOf(item), path: item.attributes["path"] ?? "", meta, recipients };
}

function unreadConstraint(item: XmlElement): Unread {
  const rules = childrenNamed(item, "rule").length + childrenNamed(item, "resource_set").length;
  const why = rules > 0 ? "it has a rule or a set of resources" : "it says more than Bulkhead's groups can";
  return { object: `${item.name} ${idOf(item)}`, why };
}

function idOf(item: XmlElement): string {
  return item.attributes["id"] ?? "";
}
