/**
 * The hash chain: each record covers its own number, the hash before it and the canonical text of its event. Hashing is a
 * parameter, because this package brings no cryptography.
 */
import { auditJson, cleanText } from "./canonical.ts";
import type { AuditEvent, AuditRecord } from "./types.ts";

/** Hex SHA-256 of the UTF-8 bytes. */
export type Sha256 = (text: string) => string;

/** The hash before the first record. */
export const genesisHash = "0".repeat(64);

/** Longest canonical event, in UTF-16 units. What is longer loses its detail, never the event: an agent must not silence us. */
export const maxEventLength = 65_536;

/** A broken chain: the first bad record by number and, in a file, by line. Lines count from 1. */
export interface ChainFault {
  ok: false;
  seq: number;
  line: number;
  reason: string;
}

export type ChainVerdict = { ok: true; count: number; head: string } | ChainFault;

/** Latest time that is written as such: the end of the year 9999. */
const maxTime = 253_402_300_799_999;
/** Names come from people and agents; what is longer is no name. */
const maxNameLength = 512;

/** Canonical text of an event: what the database keeps and what is hashed. Takes any event, so that no event is lost. */
export function eventText(event: AuditEvent): string {
  const { at, actor, action, object, outcome, detail } = event;
  const plain = {
    at: Number.isFinite(at) ? Math.min(Math.max(Math.trunc(at), 0), maxTime) : 0,
    actor: { kind: short(actor.kind), id: short(actor.id), name: short(actor.name) },
    action: short(action),
    object: { kind: short(object.kind), name: short(object.name) },
    outcome: short(outcome),
    detail,
  };
  const text = auditJson(plain);
  if (text.length <= maxEventLength) return text;
  return auditJson({ ...plain, detail: { cut: `detail of ${text.length} characters was left out` } });
}

function short(name: string): string {
  return cleanText(String(name)).slice(0, maxNameLength);
}

/** The hashed text: three lines. The database computes the same (migration `audit`). */
export function recordText(seq: number, prevHash: string, event: AuditEvent): string {
  return hashedText(seq, prevHash, eventText(event));
}

/** Same, for a body that is canonical already. */
export function hashedText(seq: number, prevHash: string, body: string): string {
  return `${seq}\n${prevHash}\n${body}`;
}

/** Reads a canonical event back. */
export function parseEvent(body: string): AuditEvent {
  return JSON.parse(body) as AuditEvent;
}

/** Links events after `head`. */
export function linkEvents(
  events: readonly AuditEvent[],
  head: { seq: number; hash: string },
  sha256: Sha256,
): AuditRecord[] {
  let { seq, hash } = head;
  return events.map((event) => {
    const body = eventText(event);
    const prevHash = hash;
    seq += 1;
    hash = sha256(hashedText(seq, prevHash, body));
    return { ...parseEvent(body), seq, prevHash, hash };
  });
}

/** One step of checking: the hash of a good record, or what is wrong with it in words. `previous` is the record before. */
export function checkLink(
  record: AuditRecord,
  previous: { seq: number; hash: string },
  sha256: Sha256,
): string | null {
  const wanted = previous.seq + 1;
  if (record.seq !== wanted)
    return `record ${wanted} is missing or out of order: found record ${record.seq} in its place`;
  if (sha256(recordText(record.seq, record.prevHash, record)) !== record.hash)
    return `record ${wanted} was changed: its hash does not fit its content`;
  if (record.prevHash !== previous.hash)
    return `record ${wanted} does not follow record ${previous.seq}: one of the two was replaced`;
  return null;
}

/** Says what a good chain's end lacks against the head that is known from elsewhere. */
export function checkEnd(
  last: { seq: number; hash: string },
  expected: ExpectedHead | undefined,
): string | null {
  if (!expected) return null;
  if (last.seq < expected.seq)
    return `the tail is cut off: it ends at record ${last.seq}, the head is record ${expected.seq}`;
  if (last.seq > expected.seq) return `it goes on past the expected head, record ${expected.seq}`;
  return last.hash === expected.hash ? null : `the last record is not the expected head: its hash differs`;
}

export interface ExpectedHead {
  seq: number;
  hash: string;
}

export interface VerifyOptions {
  sha256: Sha256;
  /** A head that was noted elsewhere: without it a chain rewritten from some record on, or cut off, looks good. */
  expectHead?: ExpectedHead;
}

/** Checks records in order from the first; `line` in a fault is the position in the sequence. */
export function verifyRecords(records: Iterable<AuditRecord>, options: VerifyOptions): ChainVerdict {
  let previous: ExpectedHead = { seq: 0, hash: genesisHash };
  for (const record of records) {
    const reason = checkLink(record, previous, options.sha256);
    if (reason) return { ok: false, seq: previous.seq + 1, line: previous.seq + 1, reason };
    previous = record;
  }
  const reason = checkEnd(previous, options.expectHead);
  if (reason) return { ok: false, seq: previous.seq + 1, line: previous.seq + 1, reason };
  return { ok: true, count: previous.seq, head: previous.hash };
}
