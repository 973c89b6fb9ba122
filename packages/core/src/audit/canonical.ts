/**
 * One text per value. Hashes are taken over this text, so it must not depend on key order, on the runtime, or on what a
 * database or a hostile agent makes of odd characters. Numbers follow ECMAScript's shortest form, which every JSON
 * reader of doubles gives back unchanged; what JSON cannot carry is written as text instead of failing.
 */

/** Deeper levels are cut: nobody reads them, and a cyclic value must end. */
const maxDepth = 16;

/** JSON with sorted keys and no spaces. `undefined` and functions are left out, as `JSON.stringify` does. */
export function canonicalJson(value: unknown): string {
  return write(value, 0) ?? "null";
}

function write(value: unknown, depth: number): string | undefined {
  switch (typeof value) {
    case "string":
      return JSON.stringify(cleanText(value));
    case "number":
      return Number.isFinite(value) ? JSON.stringify(value) : `"${value}"`;
    case "boolean":
      return String(value);
    case "bigint":
      return `"${value}"`;
    case "object":
      return value === null ? "null" : writeNested(value, depth);
    case "undefined":
    case "function":
    case "symbol":
      return undefined;
  }
}

function writeNested(value: object, depth: number): string {
  if (depth >= maxDepth) return '"..."';
  if (Array.isArray(value)) return `[${value.map((item) => write(item, depth + 1) ?? "null").join(",")}]`;
  // After cleaning, two keys can be one: the first in order wins, so that reading back gives the same text.
  const members = new Map<string, string>();
  for (const [key, item] of Object.entries(value)) {
    const text = write(item, depth + 1);
    const name = cleanText(key);
    if (text !== undefined && !members.has(name)) members.set(name, text);
  }
  const names = [...members.keys()].sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${members.get(name)}`).join(",")}}`;
}

/** Postgres text cannot hold U+0000, and UTF-8 cannot hold half a surrogate pair: both become U+FFFD. */
export function cleanText(text: string): string {
  return text.replace(/\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, "\uFFFD");
}
