/** An element of a CIB taken apart into single facts, so that two of them can be compared line by line. */
import type { XmlElement } from "./xml.ts";

export interface Difference {
  /** For example `primitive sql.ip: ip`. */
  object: string;
  wanted: string | null;
  found: string | null;
}

/** What stands alone: its facts are named after it. */
const owners: readonly string[] = ["group", "primitive", "alert"];

/** Value by name. The order of a group's members is a fact of its own. */
export function factsOf(item: XmlElement, owner = titleOf(item)): Map<string, string> {
  const self = owners.includes(item.name) ? titleOf(item) : owner;
  const members = item.children.filter(({ name }) => name === "primitive");
  return new Map([
    ...ownFacts(item, self),
    ...(members.length === 0 ? [] : [[`${self}: order`, members.map(idOf).join(", ")] as const]),
    ...item.children.flatMap((part) => [...factsOf(part, self)]),
  ]);
}

function ownFacts(item: XmlElement, owner: string): [string, string][] {
  const { id: _, name, ...others } = item.attributes;
  if (item.name === "nvpair") return [[`${owner}: ${name} (${idOf(item)})`, others["value"] ?? ""]];
  const said = Object.entries(others)
    .map(([key, value]) => `${key}=${value}`)
    .sort();
  if (said.length === 0) return [];
  const label = owner === titleOf(item) ? owner : `${owner}: ${name ?? item.name} (${idOf(item)})`;
  return [[label, said.join(" ")]];
}

function titleOf(item: XmlElement): string {
  return `${item.name} ${idOf(item)}`;
}

function idOf(item: XmlElement): string {
  return item.attributes["id"] ?? "without id";
}
