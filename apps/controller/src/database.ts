/**
 * Opens the database: the embedded one, or the one whose URL was given; brings it to this version's schema,
 * and then works in it as a role that cannot touch the audit log.
 */
import { join } from "node:path";
import { type Db, migrate, openDatabase, prepareRuntimeRole, startEmbeddedPostgres } from "@bulkhead/db";
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
    const role = await prepareRuntimeRole(server.url, {
      secretsDir: options.secretsDir,
      isOurServer: options.databaseUrl === null,
    });
    if (role.warning) options.log.warn({ role: role.name }, role.warning);
    const db = openDatabase(role.url);
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

/** What PostgreSQL itself answers (its SQLSTATE), and what then helps. */
const answers: Record<string, (at: URL) => string> = {
  "28P01": ({ username }) => `It refuses the password of user "${username}". Correct the password`,
  "28000": ({ username }) =>
    `It refuses user "${username}". Allow this user in its pg_hba.conf, or correct the user`,
  "3D000": ({ pathname }) =>
    `It has no database "${pathname.slice(1)}". Make it (createdb --owner USER NAME), or correct the name`,
  "42501": ({ username }) =>
    `User "${username}" may not create tables there. Make this user the database's owner`,
  "53300": () => "It has no connection left. Raise its max_connections, or end others",
};

/** Errors of the network say nothing of databases. Names host, user and database, never the password. */
function explained(error: unknown, databaseUrl: string | null): unknown {
  const { code = "no answer" } = error as { code?: string };
  const at = databaseUrl === null ? null : URL.parse(databaseUrl);
  if (at === null) return error;
  const end = "in --database-url or BULKHEAD_DATABASE_URL.";
  if (/^(ECONN|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_)/.test(code) || isTimeout(error)) {
    return new Error(
      `The database at ${at.host} cannot be reached (${code}). See that PostgreSQL runs and listens there, or correct the address ${end}`,
    );
  }
  // The migration engine hands on the words, not the number.
  const isForbidden = error instanceof Error && /permission denied for/.test(error.message);
  const answer = answers[isForbidden ? "42501" : code];
  return answer ? new Error(`The database at ${at.host} answered. ${answer(at)} ${end}`) : error;
}

/** The client library names its own time limit by words only. */
function isTimeout(error: unknown): boolean {
  return error instanceof Error && /timeout expired/.test(error.message);
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
