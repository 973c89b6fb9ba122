/**
 * Brings a database to the schema of this version: the same migrations, the same bookkeeping and the same engine as
 * `prisma migrate deploy`, without its download.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { DiffTarget, MigrationList, SchemaFilter } from "@prisma/schema-engine-wasm";
import pg from "pg";
import { type SchemaFile, withEngine } from "./engine.ts";

const prismaDir = new URL("../../../../prisma/", import.meta.url);
const migrationsDir = new URL("migrations/", prismaDir);
const filters: SchemaFilter = { externalTables: [], externalEnums: [] };

/** A host that swallows packets would otherwise be waited for as long as the kernel likes, about two minutes. */
const connectWithinMs = 10_000;

/**
 * Applies what is missing; returns the names applied, empty when there was nothing to do. Several controllers may call it
 * at once: an advisory lock lets one work. Throws when an earlier migration failed or was edited after it was applied.
 */
export async function migrate(url: string): Promise<string[]> {
  if (await isCurrent(url)) return [];
  const { appliedMigrationNames } = await withEngine(url, readSchema(), (engine) =>
    engine.applyMigrations({ migrationsList: readMigrations(), filters }),
  );
  return appliedMigrationNames;
}

/** SQL that leads from the migrations to schema.prisma; null when they say the same. Needs the right to create databases. */
export async function schemaDrift(url: string): Promise<string | null> {
  const path = fileURLToPath(new URL("schema.prisma", prismaDir));
  const schema: DiffTarget = {
    tag: "schemaDatamodel",
    files: [{ path, content: readFileSync(path, "utf8") }],
  };
  const from: DiffTarget = { tag: "migrations", ...readMigrations() };
  const result = await withEngine(url, readSchema(), (engine) =>
    engine.diff({ from, to: schema, script: true, exitCode: true, filters }),
  );
  return result.exitCode === 0 ? null : (result.stdout ?? "");
}

function readSchema(): SchemaFile {
  const path = fileURLToPath(new URL("schema.prisma", prismaDir));
  return { path, content: readFileSync(path, "utf8") };
}

/** The fast answer, without the engine: every migration of ours is noted as finished with the same content, and no other. */
async function isCurrent(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: connectWithinMs });
  await client.connect();
  try {
    const table = await client.query<{ present: boolean }>(
      "select to_regclass('public._prisma_migrations') is not null as present",
    );
    if (!table.rows[0]?.present) return false;
    const done = await client.query<{ migration_name: string; checksum: string }>(
      "select migration_name, checksum from _prisma_migrations where finished_at is not null and rolled_back_at is null",
    );
    const failed = await client.query(
      "select 1 from _prisma_migrations where finished_at is null and rolled_back_at is null",
    );
    const applied = new Map(done.rows.map((row) => [row.migration_name, row.checksum]));
    const wanted = readMigrations().migrationDirectories;
    return failed.rowCount === 0 && wanted.every((one) => applied.get(one.path) === checksum(one.path));
  } finally {
    await client.end();
  }
}

function checksum(name: string): string {
  return createHash("sha256")
    .update(readFileSync(migrationFile(name)))
    .digest("hex");
}

function migrationFile(name: string): URL {
  return new URL(`${name}/migration.sql`, migrationsDir);
}

function readMigrations(): MigrationList {
  const names = readdirSync(migrationsDir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  return {
    baseDir: fileURLToPath(migrationsDir),
    lockfile: {
      path: "migration_lock.toml",
      content: readFileSync(new URL("migration_lock.toml", migrationsDir), "utf8"),
    },
    shadowDbInitScript: "",
    migrationDirectories: names.map((name) => ({
      path: name,
      migrationFile: {
        path: "migration.sql",
        content: { tag: "ok", value: readFileSync(migrationFile(name), "utf8") },
      },
    })),
  };
}
