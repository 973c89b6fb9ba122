/** Migrations: the same history as Prisma's own tool keeps, and the same schema as schema.prisma says. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { migrate, schemaDrift } from "./index.ts";
import { startTestServer, type TestServer } from "./testing/database.ts";

// Making a database takes a second on an idle machine, and many on a busy one.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

let server: TestServer;
let admin: pg.Client;

beforeAll(async () => {
  server = await startTestServer();
  const url = new URL(server.url);
  url.pathname = "/postgres";
  admin = new pg.Client({ connectionString: url.href });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await server.stop();
});

async function emptyDatabase(name: string): Promise<string> {
  await admin.query(`create database ${name}`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  return url.href;
}

async function run(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

const migrations = new URL("../../../prisma/migrations/", import.meta.url);
const migrationNames = () =>
  readdirSync(migrations)
    .filter((name) => /^\d/.test(name))
    .sort();
const migrationText = (name: string) => readFileSync(new URL(`${name}/migration.sql`, migrations), "utf8");

it("has migrations that say the same as schema.prisma, and drops its shadow database", async () => {
  expect(await schemaDrift(server.url)).toBeNull();
  const shadows = await admin.query("select 1 from pg_database where datname like 'shadow%'");
  expect(shadows.rowCount).toBe(0);
});

it("applies once, though three start at once", async () => {
  const url = await emptyDatabase("three");
  const applied = await Promise.all([migrate(url), migrate(url), migrate(url)]);
  expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
  expect(await migrate(url)).toEqual([]);
  const rows = await run(url, "select migration_name from _prisma_migrations where finished_at is not null");
  expect(rows).toHaveLength(applied.flat().length);
});

it("keeps the cluster of the version before behind the wall", async () => {
  const url = await emptyDatabase("older_one");
  for (const name of migrationNames().filter((name) => name < "20261123000000_wlbs_complete"))
    await run(url, migrationText(name));
  await run(
    url,
    `insert into "WlbsCluster" values ('web', '192.0.2.100', 'vip', 24, 'multicast', 200, 4);
     insert into "PortRule" values ('web', 'http', 80, 80, 'tcp', 'multiple', 'none')`,
  );
  await run(url, migrationText("20261123000000_wlbs_complete"));
  const kept = await run(
    url,
    'select "clusterName", host("vip") as vip, "use" from "WlbsVip" join "FleetAddress" on "address" = "vip"',
  );
  expect(kept).toEqual([{ clusterName: "web", vip: "192.0.2.100", use: "vip" }]);
  await run(url, 'delete from "WlbsCluster"');
  expect(await run(url, 'select 1 from "FleetAddress"')).toEqual([]);
});

it("refuses a database that is not empty and not ours", async () => {
  const url = await emptyDatabase("foreign_one");
  await run(url, "create table theirs (x int)");
  await expect(migrate(url)).rejects.toThrow(/not empty/);
});

it("refuses to go on after a migration that failed", async () => {
  const url = await emptyDatabase("failed_one");
  await migrate(url);
  await run(url, "update _prisma_migrations set finished_at = null where migration_name like '%_audit'");
  await expect(migrate(url)).rejects.toThrow(/failed migration/i);
});

it("generates the client without network, and ends at once when it is fresh", () => {
  const script = fileURLToPath(new URL("../generate.mjs", import.meta.url));
  const result = spawnSync(process.execPath, [script], { encoding: "utf8" });
  expect(result).toMatchObject({ status: 0, stdout: "", stderr: "" });
});
