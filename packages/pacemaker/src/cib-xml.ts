/**
 * CIB model -> the XML elements that Bulkhead owns in a CIB. Also a whole new CIB, for a pair whose engine has
 * never run. Golden files and `crm_verify` hold this file.
 */
import { createHash } from "node:crypto";
import type {
  CibAlert,
  CibColocation,
  CibGroup,
  CibLocation,
  CibModel,
  CibOperation,
  CibOrder,
  CibPrimitive,
} from "@bulkhead/core/mscs";
import { ownedIds } from "@bulkhead/core/mscs";
import { orderedOffline } from "./cib-run-time.ts";
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
  /** Null in an adopted pair: its defaults are somebody else's. */
  defaultsSet: XmlElement | null;
  resources: XmlElement[];
  constraints: XmlElement[];
  alerts: XmlElement[];
}

export function cibSections(model: CibModel): CibSections {
  const properties = {
    ...model.properties,
    [objectsProperty]: ownedIds(model).join(" "),
    [digestProperty]: modelDigest(model),
  };
  return {
    propertySet: element("cluster_property_set", { id: propertySetId }, nvpairs(propertySetId, properties)),
    defaultsSet: attributeSet("meta_attributes", defaultsSetId, model.resourceDefaults)[0] ?? null,
    resources: [...model.fencing.map(primitive), ...model.groups.map(group)],
    constraints: [
      ...model.locations.map(location),
      ...model.orders.map(order),
      ...model.colocations.map(colocation),
    ],
    alerts: model.alerts.map(alert),
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
    element("resources", {}, sections.resources.map(orderedOffline(model))),
    element("constraints", {}, sections.constraints),
    element("rsc_defaults", {}, sections.defaultsSet === null ? [] : [sections.defaultsSet]),
    ...(sections.alerts.length === 0 ? [] : [element("alerts", {}, sections.alerts)]),
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
  const id = `${owner}-${operation.name}-${operation.intervalS}`;
  const attributes = {
    id,
    name: operation.name,
    interval: `${operation.intervalS}s`,
    timeout: `${operation.timeoutS}s`,
    ...(operation.onFail === undefined ? {} : { "on-fail": operation.onFail }),
    ...(operation.startDelayMs === undefined ? {} : { "start-delay": `${operation.startDelayMs}ms` }),
  };
  const level = operation.checkLevel;
  const depth = level === undefined ? {} : { OCF_CHECK_LEVEL: String(level) };
  return element("op", attributes, attributeSet("instance_attributes", `${id}-params`, depth));
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

/** From pairs: an object with a member `then` would pass for something to await. */
function order({ id, first, next }: CibOrder): XmlElement {
  const attributes = new Map([
    ["id", id],
    ["first", first],
    ["then", next],
  ]);
  return element("rsc_order", Object.fromEntries<string>(attributes));
}

/**
 * Without influence: the scheduler takes that of a group with several members many times over, and would push away what runs.
 */
function colocation(item: CibColocation): XmlElement {
  return element("rsc_colocation", {
    id: item.id,
    rsc: item.resource,
    "with-rsc": item.with,
    score: String(item.score),
    influence: "false",
  });
}

function alert({ id, path, meta, recipients }: CibAlert): XmlElement {
  return element("alert", { id, path }, [
    ...attributeSet("meta_attributes", `${id}-meta`, meta),
    ...recipients.map((recipient) => element("recipient", recipient)),
  ]);
}
