/** Opens the database: the embedded one, or the one whose URL was given; brings it to this version's schema. */
import { join } from "node:path";
import { type Db, migrate, openDatabase, startEmbeddedPostgres } from "@bulkhead/db";
import type { Logger } from "@bulkhead/runtime";

export interface DatabaseOptions {
  dataDir: string;
  secretsDir: string;
  /** Null = embedded. */
  databaseUrl: string | null;
  log: Logger;
  onDatabaseLost(): void;
}

export interface ControllerDatabase {
  db: Db;
  close(): Promise<void>;
}

export async function openControllerDatabase(options: DatabaseOptions): Promise<ControllerDatabase> {
  const server = await startServer(options);
  try {
    const applied = await migrate(server.url);
    if (applied.length > 0) options.log.info({ applied }, "database migrated");
    const db = openDatabase(server.url);
    return {
      db,
      async close() {
        await db.close();
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw explained(error, options.databaseUrl);
  }
}

/** Errors of the network say nothing of databases. Names the host, never the password. */
function explained(error: unknown, databaseUrl: string | null): unknown {
  const { code } = error as { code?: unknown };
  const isUnreachable =
    typeof code === "string" && /^(ECONN|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH|EAI_)/.test(code);
  if (databaseUrl === null || !isUnreachable) return error;
  const host = URL.parse(databaseUrl)?.host ?? "the address given";
  return new Error(
    `The database at ${host} cannot be reached (${code}). Check --database-url or BULKHEAD_DATABASE_URL, and that PostgreSQL runs there.`,
  );
}

async function startServer(options: DatabaseOptions): Promise<{ url: string; stop(): Promise<void> }> {
  if (options.databaseUrl !== null) return { url: options.databaseUrl, stop: async () => {} };
  const postgres = await startEmbeddedPostgres({
    dataDir: join(options.dataDir, "postgres"),
    secretsDir: options.secretsDir,
    log: (line) => options.log.debug({ part: "postgres" }, line),
  });
  options.log.info({ pid: postgres.pid, dataDir: postgres.dataDir }, "embedded database up");
  let isStopping = false;
  void postgres.ended.then(() => {
    if (!isStopping) options.onDatabaseLost();
  });
  const stop = () => {
    isStopping = true;
    return postgres.stop();
  };
  return { url: postgres.url, stop };
}
