/**
 * Puts the compiled sections into a live CIB and leaves everything else as it is: what an admin or another
 * tool has added beside ours stays (FAILOVER 3: drift is shown, not silently overwritten).
 */
import type { CibModel } from "@bulkhead/core/mscs";
import { type CibSections, cibSections, objectsProperty, propertySetId } from "./cib-xml.ts";
import { child, element, type XmlElement } from "./xml.ts";

/** The new CIB. Its epoch counters are those of `live`, so that the engine refuses it when it has moved on. */
export function mergeCib(live: XmlElement, model: CibModel): XmlElement {
  const sections = cibSections(model);
  const before = recordedObjects(live);
  const configuration = child(live, "configuration") ?? element("configuration", {});
  const isGone = (id: string) => before.has(id) && !model.groups.some((group) => group.id === id);
  const merged = withSection(configuration, "crm_config", (items) =>
    replaceOwned(items, [sections.propertySet], new Set()),
  );
  const withDefaults = withSection(merged, "rsc_defaults", (items) =>
    replaceOwned(items, [sections.defaultsSet], new Set()),
  );
  const withResources = withSection(withDefaults, "resources", (items) =>
    replaceOwned(items, sections.resources, before),
  );
  const complete = withSection(withResources, "constraints", (items) =>
    // A constraint on a resource that goes would make the whole configuration invalid.
    replaceOwned(
      items.filter((item) => !isGone(item.attributes["rsc"] ?? "")),
      sections.constraints,
      before,
    ),
  );
  return {
    ...live,
    children: live.children.map((item) => (item.name === "configuration" ? complete : item)),
  };
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
    { section: "rsc_defaults", item: sections.defaultsSet },
    ...sections.resources.map((item) => ({ section: "resources", item })),
    ...sections.constraints.map((item) => ({ section: "constraints", item })),
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

/** Ours stand first, in compiled order; foreign ones follow in their own order. */
function replaceOwned(items: XmlElement[], owned: XmlElement[], before: ReadonlySet<string>): XmlElement[] {
  const ids = new Set([...before, ...owned.map((item) => item.attributes["id"] ?? "")]);
  return [...owned, ...items.filter((item) => !ids.has(item.attributes["id"] ?? ""))];
}
