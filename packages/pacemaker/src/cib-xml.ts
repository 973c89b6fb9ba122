/**
 * CIB model -> the XML elements that Bulkhead owns in a CIB. Also a whole new CIB, for a pair whose engine has
 * never run. Golden files and `crm_verify` hold this file.
 */
import { createHash } from "node:crypto";
import type { CibGroup, CibLocation, CibModel, CibOperation, CibPrimitive } from "@bulkhead/core/mscs";
import { ownedIds } from "@bulkhead/core/mscs";
import { element, renderXml, type XmlElement } from "./xml.ts";

/** Ids of the two attribute sets that are ours as a whole. */
export const propertySetId = "bulkhead-options";
export const defaultsSetId = "bulkhead-rsc-defaults";
/** Properties by which a later reader knows what was written; Pacemaker keeps and ignores them. */
export const digestProperty = "bulkhead-digest";
export const objectsProperty = "bulkhead-objects";

/** The owned elements by CIB section. */
export interface CibSections {
  propertySet: XmlElement;
  defaultsSet: XmlElement;
  resources: XmlElement[];
  constraints: XmlElement[];
}

export function cibSections(model: CibModel): CibSections {
  const properties = {
    ...model.properties,
    [objectsProperty]: ownedIds(model).join(" "),
    [digestProperty]: modelDigest(model),
  };
  return {
    propertySet: element("cluster_property_set", { id: propertySetId }, nvpairs(propertySetId, properties)),
    defaultsSet: element(
      "meta_attributes",
      { id: defaultsSetId },
      nvpairs(defaultsSetId, model.resourceDefaults),
    ),
    resources: [...model.fencing.map(primitive), ...model.groups.map(group)],
    constraints: model.locations.map(location),
  };
}

/** First 16 hex digits of SHA-256 over the model: enough to tell two policies of one pair apart. */
export function modelDigest(model: CibModel): string {
  return createHash("sha256").update(JSON.stringify(model)).digest("hex").slice(0, 16);
}

/**
 * A complete CIB for a node that has none yet. All counters are 0, so the CIB of a peer that already runs
 * always wins over it.
 */
export function newCib(model: CibModel): string {
  const sections = cibSections(model);
  const configuration = element("configuration", {}, [
    element("crm_config", {}, [sections.propertySet]),
    element("nodes", {}),
    element("resources", {}, sections.resources),
    element("constraints", {}, sections.constraints),
    element("rsc_defaults", {}, [sections.defaultsSet]),
  ]);
  return renderXml(
    element("cib", { "validate-with": "pacemaker-3.7", admin_epoch: "0", epoch: "0", num_updates: "0" }, [
      configuration,
      element("status", {}),
    ]),
  );
}

function nvpairs(setId: string, values: Record<string, string>): XmlElement[] {
  return Object.entries(values).map(([name, value]) =>
    element("nvpair", { id: `${setId}-${name}`, name, value }),
  );
}

/** No element for an empty set. */
function attributeSet(kind: string, id: string, values: Record<string, string>): XmlElement[] {
  return Object.keys(values).length === 0 ? [] : [element(kind, { id }, nvpairs(id, values))];
}

function primitive(item: CibPrimitive): XmlElement {
  const { class: agentClass, provider, type } = item.agent;
  return element(
    "primitive",
    { id: item.id, class: agentClass, ...(provider === null ? {} : { provider }), type },
    [
      ...attributeSet("instance_attributes", `${item.id}-params`, item.attributes),
      ...attributeSet("meta_attributes", `${item.id}-meta`, item.meta),
      element(
        "operations",
        {},
        item.operations.map((operation) => operationElement(item.id, operation)),
      ),
    ],
  );
}

function operationElement(owner: string, operation: CibOperation): XmlElement {
  return element("op", {
    id: `${owner}-${operation.name}-${operation.intervalS}`,
    name: operation.name,
    interval: `${operation.intervalS}s`,
    timeout: `${operation.timeoutS}s`,
  });
}

function group(item: CibGroup): XmlElement {
  return element("group", { id: item.id }, [
    ...failbackWindow(item),
    ...attributeSet("meta_attributes", `${item.id}-meta`, item.meta),
    ...item.members.map(primitive),
  ]);
}

/** A second set with a higher score, which holds only in these hours: then nothing keeps the group away. */
function failbackWindow(item: CibGroup): XmlElement[] {
  if (item.failbackHours.length === 0) return [];
  const id = `${item.id}-failback`;
  const expressions = item.failbackHours.map((hours, index) =>
    element("date_expression", { id: `${id}-hours-${index}`, operation: "date_spec" }, [
      element("date_spec", { id: `${id}-spec-${index}`, hours }),
    ]),
  );
  return [
    element("meta_attributes", { id, score: "100" }, [
      element("rule", { id: `${id}-rule`, score: "0", "boolean-op": "or" }, expressions),
      element("nvpair", { id: `${id}-stickiness`, name: "resource-stickiness", value: "0" }),
    ]),
  ];
}

function location(item: CibLocation): XmlElement {
  return element("rsc_location", {
    id: item.id,
    rsc: item.resource,
    node: item.node,
    score: String(item.score),
  });
}
