/**
 * The audit chain in the database. Appending takes the lock of the chain's head for as short as possible: one batch, at the
 * end of the transaction. Reading goes page by page up to a head noted at the start: records never change, so all pages
 * together are one picture, and no long transaction is held open.
 */
import { createHash } from "node:crypto";
import {
  type AuditEvent,
  type AuditRecord,
  type ChainVerdict,
  checkLink,
  type ExportFormat,
  eventText,
  genesisHash,
  headerRow,
  linkEvents,
  parseEvent,
  recordRow,
  rowEnd,
  sealRow,
} from "@bulkhead/core/audit";
import type pg from "pg";
import { type Client, toDate } from "../client.ts";
import type { AuditFilter } from "../stores-audit.ts";

interface Row {
  seq: string;
  prevHash: string;
  hash: string;
  body: string;
}

interface Head {
  seq: number;
  hash: string;
}

const rowsPerPage = 2_000;

/** Hex SHA-256 of the UTF-8 bytes. */
export function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

/** Links and inserts the events under the lock of the head. */
export async function insertEvents(client: Client, events: readonly AuditEvent[]): Promise<void> {
  const heads = await client.$queryRaw<
    { seq: bigint; hash: string }[]
  >`select "seq", "hash" from "AuditHead" where "id" = 1 for update`;
  const head = heads[0];
  if (!head) throw new Error('The row of "AuditHead" is missing. Restore the database from a backup.');
  const records = linkEvents(events, { seq: Number(head.seq), hash: head.hash }, sha256);
  const seqs = records.map((record) => BigInt(record.seq));
  const prevs = records.map((record) => record.prevHash);
  const hashes = records.map((record) => record.hash);
  const bodies = records.map((record) => eventText(record));
  await client.$executeRaw`
    insert into "AuditEvent" ("seq", "prevHash", "hash", "body")
    select * from unnest(${seqs}::bigint[], ${prevs}::text[], ${hashes}::text[], ${bodies}::text[]) as record(seq, prev, hash, body)
    order by record.seq`;
}

export async function readHead(pool: pg.Pool): Promise<Head> {
  const found = await pool.query<{ seq: string; hash: string }>(
    'select "seq", "hash" from "AuditHead" where "id" = 1',
  );
  const row = found.rows[0];
  return row ? { seq: Number(row.seq), hash: row.hash } : { seq: 0, hash: genesisHash };
}

/** Newest first. */
export async function listRecords(pool: pg.Pool, filter: AuditFilter): Promise<AuditRecord[]> {
  const pattern = filter.text ? `%${filter.text.replace(/[\\%_]/g, "\\$&")}%` : null;
  const found = await pool.query<Row>(
    `select "seq", "prevHash", "hash", "body" from "AuditEvent"
     where ($1::bigint is null or "seq" < $1) and ($2::text is null or "outcome" = $2) and ($3::text is null or "body" ilike $3)
     order by "seq" desc limit $4`,
    [filter.beforeSeq ?? null, filter.outcome ?? null, pattern, filter.limit],
  );
  return found.rows.map(toRecord);
}

/** A complete export file in chunks of one page. */
export async function* exportChunks(
  pool: pg.Pool,
  format: ExportFormat,
  exportedAt: number,
): AsyncGenerator<string> {
  const head = await readHead(pool);
  const end = rowEnd(format);
  yield headerRow(format) + end;
  for await (const page of pages(pool, head.seq)) {
    yield page.map((row) => recordRow(format, toRecord(row)) + end).join("");
  }
  yield sealRow(format, { exportedAt, count: head.seq, head: head.hash }, sha256) + end;
}

/** Recomputes every hash; also compares the searchable columns with the body that they were taken from. */
export async function verifyChain(pool: pg.Pool): Promise<ChainVerdict> {
  const head = await readHead(pool);
  let previous: Head = { seq: 0, hash: genesisHash };
  for await (const page of pages(pool, head.seq)) {
    for (const row of page) {
      const record = toRecord(row);
      const changed = eventText(record) !== row.body || !mirrors(row, record);
      const reason =
        checkLink(record, previous, sha256) ??
        (changed ? `record ${row.seq} was changed: its columns do not fit its body` : null);
      if (reason) return { ok: false, seq: previous.seq + 1, line: previous.seq + 1, reason };
      previous = record;
    }
  }
  if (previous.seq === head.seq && previous.hash === head.hash)
    return { ok: true, count: head.seq, head: head.hash };
  return {
    ok: false,
    seq: previous.seq + 1,
    line: previous.seq + 1,
    reason: `the tail is missing: the head is record ${head.seq}`,
  };
}

type FullRow = Row & {
  at: Date;
  actorName: string;
  action: string;
  objectKind: string;
  objectName: string;
  outcome: string;
};

function mirrors(row: FullRow, { at, actor, action, object, outcome }: AuditRecord): boolean {
  const columns = [row.at.getTime(), row.actorName, row.action, row.objectKind, row.objectName, row.outcome];
  const wanted = [toDate(at).getTime(), actor.name, action, object.kind, object.name, outcome];
  return columns.every((value, index) => value === wanted[index]);
}

/** Records 1 to `lastSeq` in order. */
async function* pages(pool: pg.Pool, lastSeq: number): AsyncGenerator<FullRow[]> {
  for (let after = "0"; ; ) {
    const found = await pool.query<FullRow>(
      'select * from "AuditEvent" where "seq" > $1 and "seq" <= $2 order by "seq" limit $3',
      [after, lastSeq, rowsPerPage],
    );
    const last = found.rows.at(-1);
    if (!last) return;
    yield found.rows;
    after = last.seq;
  }
}

function toRecord(row: Row): AuditRecord {
  return { ...parseEvent(row.body), seq: Number(row.seq), prevHash: row.prevHash, hash: row.hash };
}
