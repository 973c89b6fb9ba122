/**
 * Reads a fleet file. Never throws on bad input: every problem is returned with its line, its column and a cure, all at
 * once, so that one round of editing is enough.
 */
import type { Intent } from "@bulkhead/core/plan";
import { type Document, isAlias, isMap, isNode, LineCounter, parseDocument, visit } from "yaml";
import type { ZodError } from "zod";
import { toIntent } from "./intent.ts";
import type { Problem } from "./problem.ts";
import { fleetSchema } from "./schema.ts";

export type ParseResult = { ok: true; intent: Intent } | { ok: false; problems: Problem[] };

/** Larger files are refused before parsing: 1 MiB holds several thousand nodes. */
const fileBytesMax = 1024 * 1024;

export function parseFleet(text: string): ParseResult {
  if (text.length > fileBytesMax)
    return failed([wholeFile("the file is larger than 1 MiB", "Split the fleet, or remove comments.")]);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, version: "1.2" });
  const syntax = [...document.errors, ...document.warnings].map((error) => ({
    ...place(lines, error.pos[0]),
    path: "",
    message: firstSentence(error.message),
    cure: "Correct the YAML at this place.",
  }));
  if (syntax.length > 0) return failed(syntax);
  const alias = firstAlias(document);
  if (alias !== null)
    return failed([
      {
        ...place(lines, alias),
        path: "",
        message: "aliases (*name) are not read",
        cure: "Write the value out.",
      },
    ]);
  const value: unknown = document.toJS();
  if (value === null) return failed([wholeFile("the file is empty", "Begin with a line: version: 1")]);
  const parsed = fleetSchema.safeParse(value);
  if (!parsed.success) return failed(explain(parsed.error, document, lines));
  return { ok: true, intent: toIntent(parsed.data) };
}

/** A small file with nested aliases can grow without bound when it is read, so none are taken. */
function firstAlias(document: Document): number | null {
  let offset: number | null = null;
  visit(document, (_key, node) => {
    if (!isAlias(node)) return undefined;
    offset = node.range?.[0] ?? 0;
    return visit.BREAK;
  });
  return offset;
}

function failed(problems: Problem[]): ParseResult {
  return { ok: false, problems };
}

function wholeFile(message: string, cure: string): Problem {
  return { line: 1, column: 1, path: "", message, cure };
}

function explain(error: ZodError, document: Document, lines: LineCounter): Problem[] {
  return error.issues.map((issue) => {
    const path = issue.path.map((part) => (typeof part === "symbol" ? String(part) : part));
    const keys = issue.code === "unrecognized_keys" ? issue.keys : [];
    const offset = keys[0] === undefined ? offsetOf(document, path) : keyOffset(document, path, keys[0]);
    return { ...place(lines, offset), path: path.join("."), ...words(issue, keys) };
  });
}

function words(
  issue: ZodError["issues"][number],
  unknownKeys: readonly string[],
): { message: string; cure: string } {
  if (isMissing(issue)) {
    const field = String(issue.path.at(-1));
    return { message: `the field ${field} is missing`, cure: `Write ${field}: and its value here.` };
  }
  if (unknownKeys.length === 0) return { message: issue.message, cure: cureOf(issue) };
  return {
    message: `unknown ${unknownKeys.length === 1 ? "field" : "fields"} ${unknownKeys.join(", ")}`,
    cure: "Remove it, or correct its spelling; the fields are listed in docs/fleet-file.md.",
  };
}

/** Zod tells a value that is not there by its own word for it only. */
function isMissing(issue: ZodError["issues"][number]): boolean {
  return (
    issue.code === "invalid_type" && issue.message.endsWith("received undefined") && issue.path.length > 0
  );
}

/** What to write instead, as far as the schema knows it. */
function cureOf(issue: ZodError["issues"][number]): string {
  switch (issue.code) {
    case "invalid_value":
      return issue.values.length === 1
        ? `Write ${String(issue.values[0])}.`
        : `Write one of: ${issue.values.map(String).join(", ")}.`;
    case "invalid_type":
      return `Write ${issue.expected === "int" ? "a whole number" : `a value of the kind ${issue.expected}`}.`;
    case "too_small":
      return `Write at least ${String(issue.minimum)}.`;
    case "too_big":
      return `Write at most ${String(issue.maximum)}.`;
    case "custom":
      if (typeof issue.params?.cure === "string") return issue.params.cure;
      return "Correct the value of this field; docs/fleet-file.md has an example.";
    default:
      return "Correct the value of this field; docs/fleet-file.md has an example.";
  }
}

/** Offset of the node at the path, or of its nearest existing parent: a missing field has no place of its own. */
function offsetOf(document: Document, path: readonly (string | number)[]): number {
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function keyOffset(document: Document, path: readonly (string | number)[], key: string): number {
  const parent: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
  if (!isMap(parent)) return offsetOf(document, path);
  const pair = parent.items.find((item) => isNode(item.key) && String(item.key) === key);
  return isNode(pair?.key) && pair.key.range ? pair.key.range[0] : offsetOf(document, path);
}

function place(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function firstSentence(message: string): string {
  return message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "") ?? message;
}
