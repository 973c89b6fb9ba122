/** Least privilege in a real Postgres: what the role of the running controller may do, and what it may not. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { migrate, openDatabase, prepareRuntimeRole } from "./index.ts";
import { startTestServer, type TestServer } from "./testing/database.ts";
import { event } from "./testing/fleet.ts";

// Making a database takes a second on an idle machine, and many on a busy one.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

let server: TestServer;
let owner: pg.Client;
let app: pg.Client;
let secretsDir: string;

beforeAll(async () => {
  server = await startTestServer((db) => db.audit.append(event("test.first")));
  secretsDir = mkdtempSync(join(tmpdir(), "bulkhead-role-"));
  owner = await connect(server.url);
  app = await connect(server.appUrl);
});
afterAll(async () => {
  await owner.end();
  await app.end();
  await server.stop();
  rmSync(secretsDir, { recursive: true });
});

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

function urlOf(user: string, database: string): string {
  const url = new URL(server.url);
  url.username = user;
  url.password = "test";
  url.pathname = `/${database}`;
  return url.href;
}

describe("the role", () => {
  it("is an ordinary one, owns nothing and belongs to nothing", async () => {
    const { rows } = await owner.query(
      `select rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls,
        (select count(*)::int from pg_class where relowner = r.oid) as owned,
        (select count(*)::int from pg_auth_members where member = r.oid) as memberships
       from pg_roles as r where rolname = 'bulkhead_app'`,
    );
    const nothing = { rolsuper: false, rolcreatedb: false, rolcreaterole: false };
    const more = { rolreplication: false, rolbypassrls: false, owned: 0, memberships: 0 };
    expect(rows).toEqual([{ ...nothing, ...more }]);
  });

  it.each([
    `alter table "AuditEvent" disable trigger all`,
    `alter table "AuditEvent" disable trigger "audit_append_only"`,
    `drop trigger "audit_append_only" on "AuditEvent"`,
    `create trigger "mine" before insert on "AuditEvent" for each row execute function bulkhead_audit_refuse()`,
    `alter table "AuditEvent" drop constraint "B_audit_hash"`,
    `alter table "AuditEvent" owner to bulkhead_app`,
    `create or replace function bulkhead_audit_refuse() returns trigger language plpgsql as 'begin return new; end'`,
    `alter function bulkhead_audit_link() security invoker`,
    `drop table "AuditEvent"`,
    `truncate "AuditEvent"`,
    `truncate "AuditHead"`,
    `truncate "Node" cascade`,
    `update "AuditEvent" set "body" = "body"`,
    `delete from "AuditEvent"`,
    `insert into "AuditHead" values (2, 0, '')`,
    `update "AuditHead" set "seq" = 0`,
    `update "AuditHead" set "id" = 1`,
    `delete from "AuditHead"`,
    `delete from "Plan"`,
    `select * from "_prisma_migrations"`,
    `set session_replication_role = replica`,
    `set role bulkhead`,
    `alter role bulkhead_app superuser`,
    `create role intruder`,
    `create database intruder`,
    `create schema intruder`,
    `create table public.intruder (x int)`,
    `create temporary table "AuditHead" (x int)`,
    `create function public.intruder() returns int language sql as 'select 1'`,
    `create extension pg_trgm`,
    `copy "Node" to program 'cat'`,
    `select pg_read_file('PG_VERSION')`,
  ])("may not: %s", async (statement) => {
    await expect(app.query(statement)).rejects.toMatchObject({
      code: expect.stringMatching(/^(42501|0LP01)$/),
    });
  });

  it("may append, read and verify the audit, and listen and notify", async () => {
    const db = openDatabase(server.appUrl);
    const { seq } = await db.audit.head();
    await db.audit.append(event("test.by-the-role"));
    expect(await db.audit.verifyAll()).toMatchObject({ ok: true, count: seq + 1 });
    await db.close();
    const heard = new Promise((resolve) => app.once("notification", resolve));
    await app.query("listen news");
    await app.query("notify news, 'hello'");
    expect(await heard).toMatchObject({ payload: "hello" });
  });
});

/** Rights of the role, table by table, as the server sees them. */
async function rights(client: pg.Client): Promise<Record<string, string>> {
  const kinds = ["select", "insert", "update", "delete", "truncate", "references", "trigger", "maintain"];
  const found = await client.query<{ name: string; rights: string }>(
    `select relname as name, concat_ws(' ', ${kinds.map((kind) => `case when has_table_privilege('bulkhead_app', oid, '${kind}') then '${kind}' end`).join(", ")}) as rights
     from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`,
  );
  return Object.fromEntries(found.rows.map((row) => [row.name, row.rights]));
}

const usual = "select insert update delete";

describe("grants", () => {
  it("cover every table, and only as far as it is needed", async () => {
    const all = await rights(owner);
    const {
      AuditEvent,
      AuditHead,
      FleetHead,
      Plan,
      Deployment,
      DeploymentNode,
      _prisma_migrations,
      ...rest
    } = all;
    expect({
      AuditEvent,
      AuditHead,
      FleetHead,
      Plan,
      Deployment,
      DeploymentNode,
      _prisma_migrations,
    }).toEqual({
      AuditEvent: "select insert",
      AuditHead: "select",
      FleetHead: "select update",
      Plan: "select insert",
      Deployment: "select insert update",
      DeploymentNode: "select insert update",
      _prisma_migrations: "",
    });
    expect(Object.keys(rest)).toEqual(
      expect.arrayContaining(["User", "Session", "RateLimit", "Node", "Setting"]),
    );
    expect(Object.entries(rest).filter(([, given]) => given !== usual)).toEqual([]);
  });

  it("come by themselves for the tables of a later migration, and mend what was changed by hand", async () => {
    await owner.query(`create table "Later" ("id" serial primary key)`);
    // A right that one does not have oneself is not given: the server says so in a warning, without an error.
    await app.query(`grant update, truncate on "AuditEvent" to bulkhead_app`);
    expect(await rights(owner)).toMatchObject({ Later: "", AuditEvent: "select insert" });
    await owner.query(
      `grant all on "AuditEvent" to bulkhead_app; grant update ("seq") on "AuditHead" to bulkhead_app`,
    );
    const role = await prepareRuntimeRole(server.url, { secretsDir: server.secretsDir, isOurServer: true });
    expect(role).toEqual({ url: server.appUrl, name: "bulkhead_app", warning: null });
    expect(await rights(owner)).toMatchObject({ Later: usual, AuditEvent: "select insert" });
    await expect(app.query(`update "AuditHead" set "seq" = 0`)).rejects.toMatchObject({ code: "42501" });
    await app.query(`insert into "Later" default values`);
    await owner.query(`drop table "Later"`);
  });

  it("are mended together with the role on our own server: attributes, lost password", async () => {
    await owner.query("alter role bulkhead_app with superuser createrole password 'other'");
    rmSync(join(server.secretsDir, "pg-app.password"));
    const options = { secretsDir: server.secretsDir, isOurServer: true };
    const [one, other] = await Promise.all([
      prepareRuntimeRole(server.url, options),
      prepareRuntimeRole(server.url, options),
    ]);
    expect(one).toEqual({ ...other, warning: null });
    const again = await connect(one.url);
    await expect(again.query("set session_replication_role = replica")).rejects.toMatchObject({
      code: "42501",
    });
    await again.end();
  });
});

describe("a server of somebody else", () => {
  let count = 0;
  let database: string;
  let given: string;
  const options = () => ({ secretsDir, isOurServer: false });

  beforeEach(async () => {
    database = `ext_${++count}`;
    given = `given_${count}`;
    await owner.query(`create role ${given} login password 'test'`);
    await owner.query(`create database ${database} owner ${given}`);
    await migrate(urlOf(given, database));
  });
  afterEach(async () => {
    rmSync(join(secretsDir, "pg-app.password"), { force: true });
    await owner.query(`drop database ${database} with (force)`);
    await owner.query(`drop role if exists ${database}_app`);
    await owner.query(`drop role ${given}`);
  });

  async function mayTouchAudit(url: string): Promise<boolean> {
    const client = await connect(url);
    const outcome = await client.query(`alter table "AuditEvent" disable trigger all`).then(
      () => true,
      (error: { code: string }) => (error.code === "42501" ? false : error.code),
    );
    await client.end();
    return outcome as boolean;
  }

  it("gets the role if the given one may make roles, and keeps it when it no longer may", async () => {
    await owner.query(`alter role ${given} createrole`);
    const role = await prepareRuntimeRole(urlOf(given, database), options());
    expect(role).toMatchObject({ name: `${database}_app`, warning: null });
    const file = join(secretsDir, "pg-app.password");
    expect(role.url).toContain(readFileSync(file, "utf8").trim());
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await mayTouchAudit(role.url)).toBe(false);
    await owner.query(`alter role ${given} nocreaterole`);
    expect(await prepareRuntimeRole(urlOf(given, database), options())).toEqual(role);
  });

  it("is used as the given role, with a warning, if that may make none", async () => {
    const url = urlOf(given, database);
    const role = await prepareRuntimeRole(url, options());
    expect(role).toMatchObject({ url, name: given });
    expect(role.warning).toContain(`${given} may not create roles`);
    expect(role.warning).toContain(`alter role ${given} createrole`);
    expect(await mayTouchAudit(role.url)).toBe(true);
  });

  it("takes a role that its administrator made, whose password lies in the secrets", async () => {
    await owner.query(`create role ${database}_app login password 'by-hand'`);
    writeFileSync(join(secretsDir, "pg-app.password"), "by-hand\n", { mode: 0o600 });
    const role = await prepareRuntimeRole(urlOf(given, database), options());
    expect(role).toMatchObject({ name: `${database}_app`, warning: null });
    expect(await mayTouchAudit(role.url)).toBe(false);
  });

  it("never changes the password of a role that somebody else made", async () => {
    await owner.query(`create role ${database}_app login password 'test'`);
    await owner.query(`alter role ${given} createrole`);
    const role = await prepareRuntimeRole(urlOf(given, database), options());
    expect(role.warning).toContain("was made by somebody else");
    await (await connect(urlOf(`${database}_app`, database))).end();
  });

  it("says what a role may do that it should not", async () => {
    await owner.query(`alter role ${given} createrole`);
    await prepareRuntimeRole(urlOf(given, database), options());
    await owner.query(`grant pg_write_all_data to ${database}_app`);
    const role = await prepareRuntimeRole(urlOf(given, database), options());
    expect(role.warning).toContain("is a member of other roles, may change the audit log");
  });
});
