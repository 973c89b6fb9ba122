/**
 * A real Postgres for tests: one server per test file, one migrated database per test, copied from a template (about 40 ms).
 * Everything lies in a directory of its own that is removed at the end.
 */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { type Db, migrate, openDatabase, startEmbeddedPostgres } from "../index.ts";

export interface TestDatabase {
  url: string;
  db: Db;
  /** A new connection, for what an admin does by hand. Closed with the database. */
  connect(): Promise<pg.Client>;
  close(): Promise<void>;
}

export interface TestServer {
  /** Of an empty, migrated database: the template. */
  url: string;
  fresh(): Promise<TestDatabase>;
  stop(): Promise<void>;
}

/** Starts the server and prepares the template, which every fresh database is a copy of. */
export async function startTestServer(
  prepare: (db: Db) => Promise<void> = async () => {},
): Promise<TestServer> {
  const directory = mkdtempSync(join(tmpdir(), "bulkhead-db-"));
  // Open to the account that Postgres runs as when we are root: then the data lies here and not elsewhere.
  chmodSync(directory, 0o755);
  const secretsDir = join(directory, "secrets");
  const server = await startEmbeddedPostgres({
    dataDir: join(directory, "postgres"),
    secretsDir,
    log: () => {},
  });
  await once(server.url, "alter system set fsync = off");
  await once(server.url, "select pg_reload_conf()");
  await migrate(server.url);
  const template = openDatabase(server.url);
  try {
    await prepare(template);
  } finally {
    await template.close();
  }
  let count = 0;
  return {
    url: server.url,
    fresh: () => fresh(server.url, `test_${++count}`),
    async stop() {
      await server.stop();
      for (const path of [server.dataDir, directory]) rmSync(path, { recursive: true, force: true });
    },
  };
}

async function fresh(templateUrl: string, name: string): Promise<TestDatabase> {
  const admin = new URL(templateUrl);
  admin.pathname = "/postgres";
  await once(admin.href, `create database ${name} template bulkhead`);
  const own = new URL(templateUrl);
  own.pathname = `/${name}`;
  const db = openDatabase(own.href);
  const clients: pg.Client[] = [];
  const connect = async () => {
    const client = new pg.Client({ connectionString: own.href });
    await client.connect();
    clients.push(client);
    return client;
  };
  const close = async () => {
    await Promise.all(clients.map((client) => client.end()));
    await db.close();
  };
  return { url: own.href, db, connect, close };
}

async function once(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
