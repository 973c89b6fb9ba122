/**
 * Canonical JSON: one text for one value, so that digests and signatures agree on every machine. Object keys
 * are sorted by UTF-16 code units, there is no white space, and absent and `undefined` are the same.
 */

/** Throws a TypeError for what JSON cannot hold (functions, NaN, infinities, bigints, undefined in arrays). */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") return canonicalNumber(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
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
