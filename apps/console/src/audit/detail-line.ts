/** The detail of an audit record in one line: its sentence if it has one, else its plain values. Pure. */

const sentenceKeys = ["message", "reason", "summary", "cause"];

const uuid = /\b([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g;

/** Ids and hashes by their beginning: the whole of them is in the opened record. */
export function shortened(text: string): string {
  return text.replaceAll(uuid, "$1…").replaceAll(/\b([0-9a-f]{8})[0-9a-f]{24,}\b/g, "$1…");
}

/** Never throws, whatever the detail holds. */
export function detailLine(detail: Record<string, unknown>): string {
  for (const key of sentenceKeys) {
    const value = detail[key];
    if (typeof value === "string" && value !== "") return value;
  }
  const refusals = detail["refusals"];
  if (Array.isArray(refusals) && refusals.length > 0) {
    return refusals
      .map((each: { rule?: string; message?: string }) =>
        [each.rule, each.message].filter(Boolean).join(": "),
      )
      .join("; ");
  }
  return Object.entries(detail)
    .filter(([, value]) => ["string", "number", "boolean"].includes(typeof value))
    .map(([key, value]) => `${key} ${shortened(String(value))}`)
    .join(", ");
}
