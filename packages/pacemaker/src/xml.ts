/**
 * XML as a plain element tree: enough for the CIB and for crm_mon, both of which keep everything in
 * attributes. Text between elements is not kept.
 */
import { XMLParser } from "fast-xml-parser";

export interface XmlElement {
  name: string;
  attributes: Record<string, string>;
  children: XmlElement[];
}

export function element(
  name: string,
  attributes: Record<string, string>,
  children: XmlElement[] = [],
): XmlElement {
  return { name, attributes, children };
}

/** Reads a document whose root must be `root`. Throws with the beginning of the text when it is something else. */
export function parseXml(text: string, root: string): XmlElement {
  const parsed = readOrdered(text).find((item) => item.name === root);
  if (parsed === undefined) {
    throw new Error(`Expected XML with <${root}>, got: ${text.trim().slice(0, 200) || "nothing"}`);
  }
  return parsed;
}

/** First child with that name, or undefined. */
export function child(parent: XmlElement | undefined, name: string): XmlElement | undefined {
  return parent?.children.find((item) => item.name === name);
}

export function childrenNamed(parent: XmlElement | undefined, name: string): XmlElement[] {
  return (parent?.children ?? []).filter((item) => item.name === name);
}

/** Text with two-space indentation and attributes in the order given. */
export function renderXml(item: XmlElement, depth = 0): string {
  const indent = "  ".repeat(depth);
  const attributes = Object.entries(item.attributes).map(([name, value]) => ` ${name}="${escapeXml(value)}"`);
  const open = `${indent}<${item.name}${attributes.join("")}`;
  if (item.children.length === 0) return `${open}/>\n`;
  const inner = item.children.map((inside) => renderXml(inside, depth + 1)).join("");
  return `${open}>\n${inner}${indent}</${item.name}>\n`;
}

/** Control characters become references, so that a value survives attribute normalisation. */
function escapeXml(value: string): string {
  return value.replace(/[&<>"\n\r\t]/g, (character) => `&#${character.charCodeAt(0)};`);
}

const attributeKey = ":@";

/** The parser's "preserve order" shape: one key is the element's name, `:@` holds its attributes. */
type OrderedItem = Record<string, unknown>;

function readOrdered(text: string): XmlElement[] {
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: "",
    parseAttributeValue: false,
    parseTagValue: false,
    trimValues: true,
    ignoreDeclaration: true,
    // Numeric references are what `escapeXml` writes; documents are our own engine's, but stay bounded.
    htmlEntities: true,
    processEntities: { enabled: true, maxTotalExpansions: 100_000, maxExpandedLength: 4_000_000 },
  });
  const items: unknown = parser.parse(text);
  return Array.isArray(items) ? items.flatMap(toElement) : [];
}

function toElement(item: OrderedItem): XmlElement[] {
  const name = Object.keys(item).find((key) => key !== attributeKey);
  if (name === undefined || name.startsWith("#") || name.startsWith("?")) return [];
  const inner = item[name];
  return [
    element(name, toAttributes(item[attributeKey]), Array.isArray(inner) ? inner.flatMap(toElement) : []),
  ];
}

function toAttributes(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, String(text)]));
}
