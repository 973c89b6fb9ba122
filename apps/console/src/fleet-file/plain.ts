/** Plain data of a fleet file, and how it is written: short lists in one line, everything else one key per line. Pure. */
import { Document, isMap, isSeq } from "yaml";

export type Plain = string | number | boolean | null | Plain[] | { [key: string]: Plain | undefined };

/** Without the fields that are undefined. */
export function cleaned(value: Plain): Plain {
  if (Array.isArray(value)) return value.map(cleaned);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => (each === undefined ? [] : [[key, cleaned(each)]])),
  );
}

/** A copy of plain data with one value set; maps on the way are made. */
export function withPlain(data: unknown, path: readonly string[], value: Plain): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const map =
    data !== null && typeof data === "object" && !Array.isArray(data)
      ? (data as Record<string, unknown>)
      : {};
  return { ...map, [key]: withPlain(map[key], rest, value) };
}

/** `key: value` as lines, all but the first indented by the column; without a line break at the end. */
export function snippet(key: string, value: Plain, column: number): string {
  const document = new Document({ [key]: value });
  inlineLists(document.contents);
  const text = document.toString({ lineWidth: 0, flowCollectionPadding: false }).trimEnd();
  return text.split("\n").join(`\n${" ".repeat(column)}`);
}

function inlineLists(node: unknown): void {
  if (isSeq(node)) node.flow = true;
  else if (isMap(node)) {
    if (node.items.length === 0) node.flow = true;
    for (const { value } of node.items) inlineLists(value);
  }
}
