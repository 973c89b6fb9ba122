/**
 * A real Postgres for tests: one server per test file, one migrated database per test, copied from a template (about 50 ms:
 * as files, because the default writes all of it to the log as well).
 * Everything lies in a directory of its own that is removed at the end.
 */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { type Db, migrate, openDatabase, prepareRuntimeRole, startEmbeddedPostgres } from "../index.ts";

export interface TestDatabase {
  /** As the owner. */
  url: string;
  /** As the role of the running controller. */
  db: Db;
  /** A new connection of the owner, for what an admin does by hand. Closed with the database. */
  connect(): Promise<pg.Client>;
  close(): Promise<void>;
}

export interface TestServer {
  /** Of an empty, migrated database: the template. */
  url: string;
  /** The same database as the role of the running controller. */
  appUrl: string;
  secretsDir: string;
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
    isDurable: false,
    log: () => {},
  });
  await migrate(server.url);
  const { url: appUrl } = await prepareRuntimeRole(server.url, { secretsDir, isOurServer: true });
  const template = openDatabase(appUrl);
  try {
    await prepare(template);
  } finally {
    await template.close();
  }
  let count = 0;
  return {
    url: server.url,
    appUrl,
    secretsDir,
    fresh: () => fresh({ url: server.url, appUrl }, `test_${++count}`),
    async stop() {
      await server.stop();
      for (const path of [server.dataDir, directory]) rmSync(path, { recursive: true, force: true });
    },
  };
}

async function fresh(template: { url: string; appUrl: string }, name: string): Promise<TestDatabase> {
  await once(
    inDatabase(template.url, "postgres"),
    `create database ${name} template bulkhead strategy file_copy`,
  );
  const url = inDatabase(template.url, name);
  const db = openDatabase(inDatabase(template.appUrl, name));
  const clients: pg.Client[] = [];
  const connect = async () => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    clients.push(client);
    return client;
  };
  const close = async () => {
    await Promise.all(clients.map((client) => client.end()));
    await db.close();
  };
  return { url, db, connect, close };
}

function inDatabase(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
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
