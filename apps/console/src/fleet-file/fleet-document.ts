/**
 * Changes the text of a fleet file without touching the rest of it: not one character of what is not changed moves. Pure.
 * The planner reads what comes out; nothing is applied by it.
 */
import { type Document, isMap, isScalar, type Node, type Pair, parseDocument, type YAMLMap } from "yaml";
import { cleaned, type Plain, snippet, withPlain } from "./plain.ts";

type Path = readonly string[];

/** Throws with a sentence when the text is no YAML: then it must be mended by hand first. */
function parsed(text: string): Document {
  const document = parseDocument(text.trim() === "" ? "version: 1\n" : text);
  const [problem] = document.errors;
  if (problem)
    throw new Error(`The fleet file cannot be read: ${problem.message}. Mend it in the editor first.`);
  return document;
}

/** The text with one value set; what lies on the way is made. Undefined fields are left out. */
export function withValue(text: string, path: Path, value: Plain): string {
  const document = parsed(text);
  const wanted = withPlain(document.toJS(), path, cleaned(value));
  const spliced = splicedText(text, { document, path, value });
  if (spliced !== null && isSame(spliced, wanted)) return spliced;
  // A shape that cannot be spliced, for example a file in flow style: it is written anew.
  document.setIn(path, document.createNode(cleaned(value)));
  return document.toString({ lineWidth: 110 });
}

/** The text without one value. */
export function without(text: string, path: Path): string {
  const document = parsed(text);
  const parent = document.getIn(path.slice(0, -1));
  const pair = isMap(parent) ? pairOf(parent, path.at(-1) ?? "") : undefined;
  document.deleteIn(path);
  const wanted: unknown = document.toJS();
  if (pair) {
    const [from, to] = linesOf(text, pair);
    const cut = text.slice(0, from) + text.slice(to);
    if (isSame(cut, wanted)) return cut;
  }
  return document.toString({ lineWidth: 110 });
}

/** The plain value at a path; undefined = there is none. Throws as `withValue`. */
export function valueAt(text: string, path: Path): unknown {
  return valueIn(parsed(text).toJS(), path);
}

function valueIn(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      value !== null && typeof value === "object" ? (value as Record<string, unknown>)[key] : undefined,
    data,
  );
}

/** One value as a piece of YAML under its last key; null = there is none. */
export function yamlOf(text: string, path: Path): string | null {
  const value = valueAt(text, path);
  return value === undefined ? null : `${snippet(path.at(-1) ?? "", value as Plain, 0)}\n`;
}

/** The text with the pairs of another file put in. For what adoption proposes. */
export function merged(text: string, part: string): string {
  const pairs = Object.entries((valueAt(part, ["mscs"]) ?? {}) as Record<string, Plain>);
  if (pairs.length === 0)
    throw new Error("The proposal names no pair, so there is nothing to put into the fleet file.");
  return pairs.reduce((sum, [name, pair]) => withValue(sum, ["mscs", name], pair), text);
}

interface Change {
  document: Document;
  path: Path;
  value: Plain;
}

/** The deepest block map on the way is where the text is cut; null = there is none. */
function splicedText(text: string, { document, path, value }: Change): string | null {
  const root: unknown = document.contents;
  if (!isBlock(root)) return null;
  let place = root;
  let depth = 0;
  for (; depth < path.length - 1; depth += 1) {
    const next: unknown = place.get(path[depth], true);
    if (!isBlock(next)) break;
    place = next;
  }
  const [first] = place.items;
  const last = place.items.at(-1);
  if (first === undefined || last === undefined) return null;
  const key = path[depth] ?? "";
  const pair = pairOf(place, key);
  const before = pair ? valueIn(document.toJS(), path.slice(0, depth + 1)) : undefined;
  const whole = withPlain(before, path.slice(depth + 1), cleaned(value)) as Plain;
  const column = columnOf(text, first);
  const lines = `${" ".repeat(column)}${snippet(key, whole, column)}\n`;
  if (!pair) return insertedAfter(text, last, lines);
  const [from, to] = linesOf(text, pair);
  return text.slice(0, from) + lines + text.slice(to);
}

/** A block map with something in it. */
function isBlock(node: unknown): node is YAMLMap {
  return isMap(node) && node.flow !== true && node.items.length > 0;
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key);
}

function columnOf(text: string, pair: Pair): number {
  const start = rangeOf(pair.key)?.[0] ?? 0;
  return start - (text.lastIndexOf("\n", start - 1) + 1);
}

const rangeOf = (node: unknown) => (node as Node | null)?.range ?? null;

/** From the beginning of the key's line to behind the line on which its value ends. */
function linesOf(text: string, pair: Pair): [number, number] {
  const start = rangeOf(pair.key)?.[0] ?? 0;
  const from = text.lastIndexOf("\n", start - 1) + 1;
  return [from, endOfLine(text, lastCharacter(text, pair))];
}

/** The last character that belongs to the pair and is no white space. */
function lastCharacter(text: string, pair: Pair): number {
  const end = rangeOf(pair.value)?.[1] ?? rangeOf(pair.key)?.[1] ?? 0;
  return text.slice(0, end).trimEnd().length;
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end + 1;
}

function insertedAfter(text: string, last: Pair, lines: string): string {
  const at = endOfLine(text, lastCharacter(text, last));
  const head = text.slice(0, at);
  return `${head}${head.endsWith("\n") ? "" : "\n"}${lines}${text.slice(at)}`;
}

function isSame(text: string, wanted: unknown): boolean {
  const document = parseDocument(text);
  return (
    document.errors.length === 0 && JSON.stringify(sorted(document.toJS())) === JSON.stringify(sorted(wanted))
  );
}

/** The order of keys is not what is compared. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}
