/**
 * Compares a live CIB with what Bulkhead would write: is it the same policy, was it changed by hand since, and
 * what else is in there?
 */
import type { CibModel } from "@bulkhead/core/mscs";
import { type Difference, factsOf } from "./cib-differences.ts";
import { ownedElements, recordedObjects, recordedProperty, sectionItems } from "./cib-merge.ts";
import { runTimePrefix, withoutRunTime } from "./cib-run-time.ts";
import { cibSections, digestProperty, modelDigest, objectsProperty } from "./cib-xml.ts";
import type { XmlElement } from "./xml.ts";

export type { Difference } from "./cib-differences.ts";

export interface CibInspection {
  /** `admin_epoch.epoch.num_updates`. */
  epoch: string;
  /** True if this very policy was the last one that Bulkhead wrote. */
  isSamePolicy: boolean;
  /** What of ours was changed by hand since it was written: one line each. Only if `isSamePolicy`. */
  drift: string[];
  /** The same in detail: what was written, and what is there now; null = not there. */
  differences: Difference[];
  /** Resources and constraints that Bulkhead did not write. */
  foreign: string[];
}

export function inspectCib(live: XmlElement, model: CibModel): CibInspection {
  const isSamePolicy = recordedProperty(live, digestProperty) === modelDigest(model);
  return {
    epoch: epochOf(live),
    isSamePolicy,
    drift: isSamePolicy ? driftLines(live, model) : [],
    differences: isSamePolicy ? configurationDifferences(live, model) : [],
    foreign: foreignLines(live, model),
  };
}

/** `admin_epoch.epoch.num_updates` of a `<cib>` element. */
export function epochOf(cib: XmlElement): string {
  return ["admin_epoch", "epoch", "num_updates"].map((name) => cib.attributes[name] ?? "0").join(".");
}

/** True if the configuration is the same; `num_updates` counts only state, such as finished monitors. */
export function isSameConfigurationEpoch(a: string, b: string): boolean {
  const configuration = (epoch: string) => epoch.split(".").slice(0, 2).join(".");
  return configuration(a) === configuration(b);
}

function driftLines(live: XmlElement, model: CibModel): string[] {
  return ownedElements(cibSections(model)).flatMap(({ section, item }) => {
    const id = item.attributes["id"] ?? "";
    const found = sectionItems(live, section).find((other) => other.attributes["id"] === id);
    if (found === undefined) return [`${item.name} ${id} is missing`];
    return canonical(withoutRunTime(found)) === canonical(item) ? [] : [`${item.name} ${id} was changed`];
  });
}

/** What the live configuration says otherwise than this model. By which policy it was written counts for nothing. */
export function configurationDifferences(live: XmlElement, model: CibModel): Difference[] {
  return ownedElements(cibSections(model)).flatMap(({ section, item }) => {
    const found = sectionItems(live, section).find(
      ({ attributes }) => attributes["id"] === item.attributes["id"],
    );
    const wanted = factsOf(item);
    const present = found === undefined ? new Map<string, string>() : factsOf(withoutRunTime(found));
    return [...new Set([...wanted.keys(), ...present.keys()])]
      .map((object) => ({ object, wanted: wanted.get(object) ?? null, found: present.get(object) ?? null }))
      .filter(({ object, wanted: want, found: is }) => want !== is && !isNote(object));
  });
}

/** What we note in our own set of properties. */
function isNote(object: string): boolean {
  return [digestProperty, objectsProperty].some((name) => object.includes(` ${name} (`));
}

function foreignLines(live: XmlElement, model: CibModel): string[] {
  const ours = new Set(ownedElements(cibSections(model)).map(({ item }) => item.attributes["id"]));
  const before = recordedObjects(live);
  const isOurs = (id: string) => ours.has(id) || before.has(id) || id.startsWith(runTimePrefix);
  return ["resources", "constraints"].flatMap((section) =>
    sectionItems(live, section)
      .filter((item) => !isOurs(item.attributes["id"] ?? ""))
      .map((item) => `${item.name} ${item.attributes["id"] ?? "without id"}`),
  );
}

/** Attribute order means nothing in XML; child order does (members of a group). */
function canonical(item: XmlElement): string {
  const attributes = Object.entries(item.attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([item.name, attributes, item.children.map(canonical)]);
}
