/**
 * Canonical JSON: one text for one value, so that digests, signatures and comparisons agree on every machine. Object keys
 * are sorted by UTF-16 code units, there is no white space, and absent and `undefined` are the same. Numbers follow
 * ECMAScript's shortest form, which every JSON reader of doubles gives back unchanged.
 */

/** Throws a TypeError for what JSON cannot hold (functions, NaN, infinities, bigints, undefined outside of objects). */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") return canonicalNumber(value);
  // Not `map`, which passes over the holes of an array.
  if (Array.isArray(value)) return `[${Array.from(value, (item) => canonicalJson(item)).join(",")}]`;
  if (typeof value === "object") return canonicalObject(value as Record<string, unknown>);
  throw new TypeError(`A ${typeof value} has no canonical JSON.`);
}

function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`${value} has no canonical JSON.`);
  return JSON.stringify(value);
}

function canonicalObject(value: Record<string, unknown>): string {
  const fields = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`);
  return `{${fields.join(",")}}`;
}

/** Have the two the same canonical JSON? `undefined` is the same only as itself. Throws as `canonicalJson` does. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (a === undefined || b === undefined) return a === b;
  return canonicalJson(a) === canonicalJson(b);
}
