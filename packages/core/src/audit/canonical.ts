/**
 * One text per value, whatever the value. The chain's hashes are taken over this text, so it must not depend on key order, on
 * the runtime, or on what a database or a hostile agent makes of odd characters. What JSON cannot carry is written as text
 * instead of failing: no event may be lost.
 */
import { canonicalJson } from "../fleet/index.ts";

/** Deeper levels are cut: nobody reads them, and a cyclic value must end. */
const maxDepth = 16;

/** Canonical JSON of anything. `undefined` and functions are left out, as `JSON.stringify` does. Never throws. */
export function auditJson(value: unknown): string {
  return canonicalJson(carried(value, 0) ?? null);
}

/** The value with nothing in it that JSON, Postgres or UTF-8 cannot carry; undefined: it is left out. */
function carried(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case "string":
      return cleanText(value);
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "bigint":
      return String(value);
    case "object":
      return value === null ? null : carriedNested(value, depth);
    case "boolean":
      return value;
    case "undefined":
    case "function":
    case "symbol":
      return undefined;
  }
}

function carriedNested(value: object, depth: number): unknown {
  if (depth >= maxDepth) return "...";
  if (Array.isArray(value)) return Array.from(value, (item) => carried(item, depth + 1) ?? null);
  // After cleaning, two keys can be one: the first in order wins, so that reading back gives the same text.
  const members = new Map<string, unknown>();
  for (const [key, item] of Object.entries(value)) {
    const kept = carried(item, depth + 1);
    const name = cleanText(key);
    if (kept !== undefined && !members.has(name)) members.set(name, kept);
  }
  return Object.fromEntries(members);
}

/** Postgres text cannot hold U+0000, and UTF-8 cannot hold half a surrogate pair: both become U+FFFD. */
export function cleanText(text: string): string {
  return text.replace(/\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, "\uFFFD");
}
