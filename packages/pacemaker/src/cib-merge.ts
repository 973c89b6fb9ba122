/**
 * Puts the compiled sections into a live CIB and leaves everything else as it is: what an admin or another
 * tool has added beside ours stays (FAILOVER 3: drift is shown, not silently overwritten).
 */
import type { CibModel } from "@bulkhead/core/mscs";
import { keepRunTime, orderedOffline } from "./cib-run-time.ts";
import { type CibSections, cibSections, objectsProperty, propertySetId } from "./cib-xml.ts";
import { child, element, type XmlElement } from "./xml.ts";

/**
 * The new CIB. Its epoch counters are those of `live`, so that the engine refuses it when it has moved on. What commands have
 * ordered (`cib-run-time.ts`) stays as it is.
 */
export function mergeCib(live: XmlElement, model: CibModel): XmlElement {
  const sections = cibSections(model);
  const before = recordedObjects(live);
  const defaults = sections.defaultsSet === null ? [] : [sections.defaultsSet];
  const gone = goneResources(live, sections, before);
  const configuration = child(live, "configuration") ?? element("configuration", {});
  const kept = sectionItems(live, "constraints").filter(
    // A constraint on a resource that goes would make the whole configuration invalid.
    (item) => !gone.some((id) => isAbout(item, id)),
  );
  const complete = [
    { section: "crm_config", change: withOurs([sections.propertySet]) },
    { section: "rsc_defaults", change: withOurs(defaults) },
    { section: "resources", change: withOurs(resourcesFor(live, model, sections), before) },
    { section: "constraints", change: () => withOurs(sections.constraints, before)(kept) },
    ...alertsChange(live, sections, before),
  ].reduce((all, { section, change }) => withSection(all, section, change), configuration);
  return {
    ...live,
    children: live.children.map((item) => (item.name === "configuration" ? complete : item)),
  };
}

/** No section is made for nothing: the engine of an adopted pair may have none. */
function alertsChange(live: XmlElement, { alerts }: CibSections, before: ReadonlySet<string>) {
  if (alerts.length === 0 && sectionItems(live, "alerts").length === 0) return [];
  return [{ section: "alerts", change: withOurs(alerts, before) }];
}

/** Ours, with the run-time orders of those that are there, and of those that are new what they begin with. */
function resourcesFor(live: XmlElement, model: CibModel, sections: CibSections): XmlElement[] {
  const there = new Map(sectionItems(live, "resources").map((item) => [item.attributes["id"], item]));
  return sections.resources.map((item) => {
    const old = there.get(item.attributes["id"]);
    return old === undefined ? orderedOffline(model)(item) : keepRunTime(old, item);
  });
}

/** Groups, members and fence devices that Bulkhead wrote before and no longer has. */
function goneResources(live: XmlElement, sections: CibSections, before: ReadonlySet<string>): string[] {
  const stays = new Set(sections.resources.flatMap(resourceIds));
  return sectionItems(live, "resources")
    .filter((item) => before.has(item.attributes["id"] ?? ""))
    .flatMap(resourceIds)
    .filter((id) => !stays.has(id));
}

function resourceIds(item: XmlElement): string[] {
  const members = item.children.filter(({ name }) => name === "primitive");
  return [item, ...members].flatMap(({ attributes }) => attributes["id"] ?? []);
}

function isAbout({ attributes }: XmlElement, id: string): boolean {
  return ["rsc", "with-rsc", "first", "then"].some((name) => attributes[name] === id);
}

/** Ids that Bulkhead has written before, as recorded in the CIB itself. */
export function recordedObjects(live: XmlElement): Set<string> {
  return new Set((recordedProperty(live, objectsProperty) ?? "").split(" ").filter((id) => id !== ""));
}

/** A property of our own set, or null. */
export function recordedProperty(live: XmlElement, name: string): string | null {
  const set = sectionItems(live, "crm_config").find((item) => item.attributes["id"] === propertySetId);
  const pair = set?.children.find((item) => item.attributes["name"] === name);
  return pair?.attributes["value"] ?? null;
}

/** Elements of a section of the configuration; empty if there is no such section. */
export function sectionItems(live: XmlElement, section: string): XmlElement[] {
  return child(child(live, "configuration"), section)?.children ?? [];
}

/** All owned elements in one list, to compare them one by one. */
export function ownedElements(sections: CibSections): { section: string; item: XmlElement }[] {
  return [
    { section: "crm_config", item: sections.propertySet },
    ...(sections.defaultsSet === null ? [] : [{ section: "rsc_defaults", item: sections.defaultsSet }]),
    ...sections.resources.map((item) => ({ section: "resources", item })),
    ...sections.constraints.map((item) => ({ section: "constraints", item })),
    ...sections.alerts.map((item) => ({ section: "alerts", item })),
  ];
}

function withSection(
  configuration: XmlElement,
  section: string,
  change: (items: XmlElement[]) => XmlElement[],
): XmlElement {
  const changed = element(section, {}, change(child(configuration, section)?.children ?? []));
  const exists = configuration.children.some((item) => item.name === section);
  const children = exists
    ? configuration.children.map((item) =>
        item.name === section ? { ...item, children: changed.children } : item,
      )
    : [...configuration.children, changed];
  return { ...configuration, children };
}

/** Ours stand first, in compiled order; foreign ones follow in their own order. `before`: what was ours until now. */
function withOurs(
  owned: XmlElement[],
  before: ReadonlySet<string> = new Set(),
): (items: XmlElement[]) => XmlElement[] {
  const ids = new Set([...before, ...owned.map((item) => item.attributes["id"] ?? "")]);
  return (items) => [...owned, ...items.filter((item) => !ids.has(item.attributes["id"] ?? ""))];
}
