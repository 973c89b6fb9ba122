/** The history of the pairs against a real Postgres: every end is told once, pages do not overlap, reports stay. */
import type { FailoverRecord, MscsAct, ValidationReport } from "@bulkhead/core/mscs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Db } from "./stores.ts";
import { applierOn } from "./testing/apply.ts";
import { startTestServer, type TestDatabase, type TestServer } from "./testing/database.ts";
import { enrolAll, event } from "./testing/fleet.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

let server: TestServer;
let test: TestDatabase;
let db: Db;

beforeAll(async () => {
  server = await startTestServer((template) => enrolAll(template));
  test = await server.fresh();
  db = test.db;
});
afterAll(async () => {
  await test.close();
  await server.stop();
});

function failover(startedAt: number, change: Partial<FailoverRecord> = {}): FailoverRecord {
  return {
    id: `sql-${startedAt}`,
    group: "sql",
    cause: "node-lost",
    detail: "db-1 was lost",
    from: "db-1",
    to: "db-2",
    startedAt,
    endedAt: null,
    outcome: "running",
    steps: [{ at: startedAt, node: "db-2", text: "sql starts" }],
    ...change,
  };
}

const act: MscsAct = {
  id: "a1",
  order: { verb: "move", object: { kind: "group", name: "sql" }, to: null, mode: null, deadlineS: null },
  by: "Ada",
  state: "running",
  startedAt: 5,
  deadlineAt: 50,
  endedAt: null,
  steps: [],
  message: "moving",
};

const report: ValidationReport = {
  id: "v1",
  pair: "data",
  nodes: ["db-1", "db-2"],
  at: 7,
  by: "Ada",
  result: "warning",
  tests: [],
  planHash: "hash-p1",
};

/** A change with the event that every change needs. */
const change = <T>(work: Parameters<typeof db.change<T>>[0]) =>
  db.change(async (tx) => {
    tx.audit.append(event("mscs.test", {}));
    return await work(tx);
  });

describe("failovers", () => {
  it("are brought up to date while they go on, and their end is told once", async () => {
    await db.mscs.noteFailover("data", failover(100));
    await db.mscs.noteFailover("data", failover(100, { detail: "db-1 was lost and fenced" }));
    const ended = failover(100, { endedAt: 103, outcome: "online" });
    const told = await Promise.all([1, 2, 3].map(() => change((tx) => tx.mscs.endFailover("data", ended))));
    expect(told.filter(Boolean)).toHaveLength(1);
    const query = { pair: "data", group: null, before: null, limit: 10 };
    expect(await db.mscs.failovers(query)).toEqual([ended]);
    expect(await change((tx) => tx.mscs.endFailover("data", failover(90, { endedAt: 91 })))).toBe(true);
  });

  it("come page by page, newest first, by pair and group", async () => {
    for (const at of [1, 2, 3, 4]) await db.mscs.noteFailover("paged", failover(at * 10));
    await db.mscs.noteFailover("paged", failover(25, { id: "queue-25", group: "queue" }));
    const page = (query: { before?: number; group?: string }) =>
      db.mscs.failovers({ pair: "paged", group: null, before: null, limit: 2, ...query });
    const starts = (rows: FailoverRecord[]) => rows.map(({ startedAt }) => startedAt);
    expect(starts(await page({}))).toEqual([40, 30]);
    expect(starts(await page({ before: 30 }))).toEqual([25, 20]);
    expect(starts(await page({ before: 30, group: "sql" }))).toEqual([20, 10]);
    expect(await page({ group: "mail" })).toEqual([]);
  });

  it("are forgotten by age, with the commands that have ended", async () => {
    for (const at of [1_000, 2_000]) await db.mscs.noteFailover("old", failover(at));
    await change((tx) =>
      tx.mscs.endAct({ pair: "old", node: "db-1", act: { ...act, id: "a0", endedAt: 6 } }),
    );
    await change((tx) =>
      tx.mscs.beginAct({ pair: "old", node: "db-1", actor: null, act: { ...act, id: "a2" } }),
    );
    await db.mscs.forgetBefore(1_500);
    const left = await db.mscs.failovers({ pair: "old", group: null, before: null, limit: 10 });
    expect(left.map(({ startedAt }) => startedAt)).toEqual([2_000]);
    expect(await db.mscs.act("a0")).toBeNull();
    expect(await db.mscs.act("a2")).not.toBeNull();
  });
});

it("the end of a command is told once, and keeps who gave it", async () => {
  const actor = { kind: "user", id: "u1", name: "Ada" } as const;
  await change((tx) => tx.mscs.beginAct({ pair: "data", node: "db-1", actor, act }));
  const ended: MscsAct = { ...act, state: "done", endedAt: 9, message: "moved" };
  const end = () => change((tx) => tx.mscs.endAct({ pair: "data", node: "db-1", act: ended }));
  expect(await end()).toBe(true);
  expect(await end()).toBe(false);
  expect(await db.mscs.act("a1")).toEqual({ pair: "data", node: "db-1", actor, act: ended });
});

it("a validation report stays with the first deployment that it allowed", async () => {
  await change((tx) => tx.mscs.createValidation(report));
  const apply = applierOn(db);
  await apply("p1");
  await apply("p2", { parentHash: "hash-p1" });
  await change((tx) => tx.mscs.allow("v1", "d-p1"));
  await change((tx) => tx.mscs.allow("v1", "d-p2"));
  expect(await db.mscs.validation("v1")).toEqual({ report, deploymentId: "d-p1" });
  expect(await db.mscs.validations({ pair: null, limit: 5 })).toHaveLength(1);
  expect(await db.mscs.validations({ pair: "other", limit: 5 })).toEqual([]);
  expect(await db.mscs.validation("v2")).toBeNull();
});

it("a report of no known result is refused by the table itself", async () => {
  const odd = { ...report, id: "v9", result: "splendid" } as unknown as ValidationReport;
  await expect(change((tx) => tx.mscs.createValidation(odd))).rejects.toThrow();
});
