/**
 * Export rows (docs/audit.md). Both formats carry every field of every record and a last row, the seal, with count and head.
 * One record has exactly one spelling in each format, so a single changed byte is found. Cells that a spreadsheet would
 * run as formulas get an apostrophe in front, which reading takes away again (EVIDENCE: CWE-1236).
 */
import { auditJson } from "./canonical.ts";
import { eventText, parseEvent, type Sha256 } from "./chain.ts";
import type { AuditEvent, AuditRecord } from "./types.ts";

export type ExportFormat = "csv" | "ndjson";

/** What the last row says about the file. */
export interface ExportSeal {
  /** Epoch milliseconds. */
  exportedAt: number;
  count: number;
  head: string;
}

const ndjsonHeader = '{"bulkheadAudit":1}';
const columns =
  "row,seq,at,actorKind,actorId,actorName,action,objectKind,objectName,outcome,detail,prevHash,hash" as const;
const columnCount = columns.split(",").length;

/** Ends every row: RFC 4180 wants CRLF. */
export function rowEnd(format: ExportFormat): string {
  return format === "csv" ? "\r\n" : "\n";
}

/** First row, without its end. */
export function headerRow(format: ExportFormat): string {
  return format === "csv" ? columns : ndjsonHeader;
}

/** One record, without row end. */
export function recordRow(format: ExportFormat, record: AuditRecord): string {
  if (format === "ndjson") return auditJson(record);
  const { seq, at, actor, action, object, outcome, detail, prevHash, hash } = record;
  const who = [actor.kind, actor.id, actor.name];
  return csvRow([
    "event",
    String(seq),
    isoTime(at),
    ...who,
    action,
    object.kind,
    object.name,
    outcome,
    auditJson(detail),
    prevHash,
    hash,
  ]);
}

/** Last row, without row end. Its own digest covers what the chain does not: the time of the export. */
export function sealRow(format: ExportFormat, seal: ExportSeal, sha256: Sha256): string {
  const { exportedAt, count, head } = seal;
  const digest = sha256(`bulkhead-audit-export 1\n${format}\n${exportedAt}\n${count}\n${head}`);
  if (format === "ndjson") return auditJson({ seal: digest, exportedAt, count, head });
  return csvRow(["seal", String(count), isoTime(exportedAt), "", "", "", "", "", "", "", "", digest, head]);
}

/** The record of a row, or null if it is none. The caller compares `recordRow` of it with the row: only then it is genuine. */
export function parseRecordRow(format: ExportFormat, row: string): AuditRecord | null {
  return format === "csv" ? recordFromCsv(row) : recordFromJson(row);
}

/** The seal of a row, or null if it is none. The caller compares `sealRow` of it with the row. */
export function parseSealRow(format: ExportFormat, row: string): ExportSeal | null {
  if (format === "ndjson") return sealFromJson(row);
  const cells = parseCsvRow(row);
  if (cells?.length !== columnCount || cells[0] !== "seal") return null;
  return { count: Number(cells[1]), exportedAt: Date.parse(cells[2] ?? ""), head: cells[12] ?? "" };
}

function sealFromJson(row: string): ExportSeal | null {
  const found = parseJson(row) as Partial<ExportSeal & { seal: string }> | null;
  const { seal, exportedAt, count, head } = found ?? {};
  if (
    typeof seal !== "string" ||
    typeof exportedAt !== "number" ||
    typeof count !== "number" ||
    typeof head !== "string"
  )
    return null;
  return { exportedAt, count, head };
}

function recordFromJson(row: string): AuditRecord | null {
  const found = parseJson(row) as Partial<AuditRecord> | null;
  const { seq, prevHash, hash } = found ?? {};
  if (typeof seq !== "number" || typeof hash !== "string" || typeof prevHash !== "string") return null;
  if (!isObject(found?.actor) || !isObject(found?.object)) return null;
  return { ...asHashed(found as AuditRecord), seq, prevHash, hash };
}

/**
 * The event as the hash sees it. What the hash does not cover (a field that was added, a name beyond its length, a number
 * for a text) is not in it, and so is missed when the row is spelled again from it: nothing can be slipped past the hash.
 */
function asHashed(event: AuditEvent): AuditEvent {
  return parseEvent(eventText(event));
}

function recordFromCsv(row: string): AuditRecord | null {
  const cells = parseCsvRow(row);
  if (cells?.length !== columnCount || cells[0] !== "event") return null;
  const [, seq, at, kind, id, name, action, objectKind, objectName, outcome, detail, prevHash, hash] =
    cells as Cells;
  const parsedDetail = parseJson(detail);
  if (!isObject(parsedDetail)) return null;
  const event = {
    at: Date.parse(at),
    actor: { kind, id, name },
    action,
    object: { kind: objectKind, name: objectName },
    outcome,
  };
  return {
    ...asHashed({ ...event, detail: parsedDetail } as AuditEvent),
    seq: Number(seq),
    prevHash,
    hash,
  };
}

type Cells = [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Years 0 to 9999 in the usual form; a time outside (a mad clock) in the extended form that reads back just so. */
function isoTime(at: number): string {
  return new Date(at).toISOString();
}

function csvRow(cells: readonly string[]): string {
  return cells.map(csvCell).join(",");
}

/** Characters with which a spreadsheet starts a formula, also in their full-width forms, and the apostrophe itself. */
const dangerousStart = /^['=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;

/** A cell that is inert in a spreadsheet; `csvValue` undoes it. */
export function csvCell(value: string): string {
  const inert = dangerousStart.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

function csvValue(inert: string): string {
  return inert.startsWith("'") ? inert.slice(1) : inert;
}

/** Cells of one complete row, or null when the quoting is broken. */
export function parseCsvRow(row: string): string[] | null {
  const cells: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|$)/y;
  while (cell.lastIndex <= row.length) {
    const found = cell.exec(row);
    if (!found) return null;
    cells.push(csvValue(found[1]?.replaceAll('""', '"') ?? found[2] ?? ""));
    if (found[3] === "") return cell.lastIndex === row.length ? cells : null;
  }
  return null;
}
