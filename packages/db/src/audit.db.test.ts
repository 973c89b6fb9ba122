/** The audit chain in a real Postgres: append-only, without gaps under load, and every tampering found. */
import { type AuditEvent, recordText, verifyExport } from "@bulkhead/core/audit";
import type pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { sha256 } from "./index.ts";
import { startTestServer, type TestDatabase, type TestServer } from "./testing/database.ts";
import { event } from "./testing/fleet.ts";

// Making a database takes a second on an idle machine, and many on a busy one.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

let server: TestServer;
let test: TestDatabase;
let sql: pg.Client;

const count = 20;
const awkward = {
  name: '=HYPERLINK("http://x")',
  nul: "a\0b",
  half: "\uD800",
  lines: "a\r\nb",
  nested: { b: 1, a: [1.5, null] },
};

beforeAll(async () => {
  const events = Array.from({ length: count }, (_, index) =>
    event(`test.event-${index + 1}`, { index, ...awkward }),
  );
  server = await startTestServer((db) => db.audit.append(...events));
  test = await server.fresh();
  sql = await test.connect();
});
afterAll(async () => {
  await test.close();
  await server.stop();
});

async function file(format: "csv" | "ndjson", from = test): Promise<string> {
  let text = "";
  for await (const chunk of from.db.audit.exportStream(format, { exportedAt: 1_795_000_000_000 }))
    text += chunk;
  return text;
}

describe("one connection", () => {
  beforeEach(() => sql.query("begin"));
  afterEach(() => sql.query("rollback"));

  it.each([
    `update "AuditEvent" set "body" = "body"`,
    `update "AuditEvent" set "action" = 'x' where "seq" = 3`,
    `delete from "AuditEvent" where "seq" = 20`,
    `truncate "AuditEvent"`,
    `update "AuditHead" set "seq" = 0`,
    `delete from "AuditHead"`,
    `truncate "AuditHead"`,
  ])("refuses %s", async (statement) => {
    await expect(sql.query(statement)).rejects.toMatchObject({
      code: "42501",
      message: expect.stringContaining("append-only"),
    });
  });

  it("refuses a record that leaves a gap, forks the chain, or has a wrong hash", async () => {
    const head = await test.db.audit.head();
    const insert = async (seq: number, prev: string, hash: string) => {
      await sql.query("savepoint before");
      const body = recordText(seq, prev, event("x")).split("\n")[2];
      const result = await sql
        .query(`insert into "AuditEvent" ("seq", "prevHash", "hash", "body") values ($1, $2, $3, $4)`, [
          seq,
          prev,
          hash,
          body,
        ])
        .then(
          () => "accepted",
          (error: { code: string }) => error.code,
        );
      await sql.query("rollback to before");
      return result;
    };
    const hashOf = (seq: number, prev: string) => sha256(recordText(seq, prev, event("x")));
    expect(await insert(count + 2, head.hash, hashOf(count + 2, head.hash))).toBe("40001");
    expect(await insert(count + 1, "0".repeat(64), hashOf(count + 1, "0".repeat(64)))).toBe("40001");
    expect(await insert(count + 1, head.hash, hashOf(count + 1, `${head.hash}x`))).toBe("23514");
    expect(await insert(count + 1, head.hash, hashOf(count + 1, head.hash))).toBe("accepted");
  });
});

describe("reading", () => {
  it("lists newest first, by outcome, by text, page by page", async () => {
    const all = await test.db.audit.list({ limit: 100 });
    expect(all.map((record) => record.seq)).toEqual(
      Array.from({ length: count }, (_, index) => count - index),
    );
    expect(await test.db.audit.list({ limit: 2, beforeSeq: 5 })).toMatchObject([{ seq: 4 }, { seq: 3 }]);
    expect(await test.db.audit.list({ limit: 100, outcome: "refused" })).toEqual([]);
    expect(await test.db.audit.list({ limit: 100, text: "EVENT-7" })).toMatchObject([{ seq: 7 }]);
    expect(await test.db.audit.list({ limit: 100, text: "%" })).toEqual([]);
  });

  it.each(["csv", "ndjson"] as const)(
    "exports %s that verifies, and one changed byte does not",
    async (format) => {
      const text = await file(format);
      const { hash } = await test.db.audit.head();
      const options = { sha256, expectHead: { seq: count, hash } };
      expect(await verifyExport([text], options)).toEqual({ ok: true, count, head: hash });
      const at = text.indexOf("test.event-13");
      const changed = `${text.slice(0, at)}T${text.slice(at + 1)}`;
      const line = text.slice(0, text.lastIndexOf("\n", at) + 1).split("\n").length;
      expect(await verifyExport([changed], options)).toMatchObject({ ok: false, seq: 13, line });
    },
  );
});

describe("somebody with all rights", () => {
  const tampering: [string, string, number][] = [
    [
      "changes one byte of a body",
      `update "AuditEvent" set "body" = replace("body", 'event-7"', 'event-6"') where "seq" = 7`,
      7,
    ],
    ["changes a hash", `update "AuditEvent" set "hash" = repeat('a', 64) where "seq" = 8`, 8],
    ["changes a searchable column", `update "AuditEvent" set "outcome" = 'failed' where "seq" = 9`, 9],
    [
      "respells a body",
      `update "AuditEvent" set "body" = replace("body", '{"action"', '{ "action"') where "seq" = 10`,
      10,
    ],
    ["removes a record", `delete from "AuditEvent" where "seq" = 11`, 11],
    [
      "swaps two records",
      `update "AuditEvent" set "seq" = case "seq" when 12 then 130 else 12 end where "seq" in (12, 13)`,
      12,
    ],
    ["cuts the tail", `delete from "AuditEvent" where "seq" > 15`, 16],
    ["removes everything", `delete from "AuditEvent"`, 1],
  ];

  let own: TestDatabase;
  let admin: pg.Client;

  beforeAll(async () => {
    own = await server.fresh();
    admin = await own.connect();
    await admin.query("set session_replication_role = replica");
    await admin.query(`alter table "AuditEvent" drop constraint "B_audit_hash"`);
    await admin.query(`create table "Saved" as table "AuditEvent"`);
  });
  afterEach(() => admin.query(`truncate "AuditEvent"; insert into "AuditEvent" select * from "Saved"`));
  afterAll(() => own.close());

  it.each(tampering)("%s and is found", async (_what, statement, seq) => {
    await admin.query(statement);
    expect(await own.db.audit.verifyAll()).toMatchObject({ ok: false, seq });
  });

  it("changes nothing, and all is well", async () => {
    expect(await own.db.audit.verifyAll()).toMatchObject({ ok: true, count });
  });
});

it("numbers without gaps when many write at once, some of them in vain", async () => {
  const own = await server.fresh();
  const writes = Array.from({ length: 40 }, (_, writer) =>
    own.db
      .change(async (tx) => {
        const events: AuditEvent[] = [event(`writer-${writer}.a`), event(`writer-${writer}.b`)];
        tx.audit.append(...events);
        await tx.settings.set(`key-${writer}`, "value");
        if (writer % 4 === 0) throw new Error("changed my mind");
      })
      .then(
        () => 2,
        () => 0,
      ),
  );
  const written = (await Promise.all(writes)).reduce<number>((sum, one) => sum + one, 0);
  expect(written).toBe(60);
  expect(await own.db.audit.verifyAll()).toMatchObject({ ok: true, count: count + written });
  expect(await own.db.settings.get("key-4")).toBeNull();
  expect(await own.db.settings.get("key-5")).toBe("value");
  await own.close();
});
