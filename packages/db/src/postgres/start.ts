/**
 * The embedded Postgres: a real server, bound to 127.0.0.1 with a password, without a Unix socket, for set-ups that bring
 * no database of their own. It lives and dies with the process that started it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import pg from "pg";
import { type Account, serverAccount } from "./account.ts";
import { type Binaries, findBinaries } from "./binaries.ts";
import { explainFailure } from "./explain.ts";
import { makePrivateDir, removeUnfinished } from "./fresh.ts";
import { chooseDataDir, choosePort, makePassword, putAside, readPassword } from "./layout.ts";
import { clearLeftover, endServer, noteOwner } from "./leftover.ts";

export interface EmbeddedPostgresOptions {
  dataDir: string;
  /** The password is kept here, 0600. */
  secretsDir: string;
  port?: number;
  /** False = faster, and worthless after a loss of power: for tests. */
  isDurable?: boolean;
  log: (line: string) => void;
}

export interface EmbeddedPostgres {
  /** With password: keep it out of logs and arguments. */
  url: string;
  pid: number;
  dataDir: string;
  /** Fast shutdown; resolves when the server has ended. Safe to call twice. */
  stop(): Promise<void>;
  /** Resolves when the server ends, by `stop` or by accident. */
  ended: Promise<void>;
}

interface Server {
  dataDir: string;
  account: Account | null;
  binaries: Binaries;
  isDurable: boolean;
  log: (line: string) => void;
}

const databaseName = "bulkhead";
const owner = "bulkhead";
const environment = { LC_ALL: "C", TZ: "UTC", PATH: process.env["PATH"] ?? "/usr/bin:/bin" };

/** Makes the database if there is none, ends an orphan of a killed start, starts the server. Errors say what to do. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const account = serverAccount();
  const binaries = findBinaries(account);
  const dataDir = chooseDataDir(options.dataDir, account);
  const { log, isDurable = true } = options;
  const server: Server = { dataDir, account, binaries, isDurable, log };
  await clearLeftover(dataDir, log);
  removeUnfinished(dataDir);
  const known = readPassword(options.secretsDir);
  if (known === null && hasDatabase(dataDir)) putAside(dataDir, options.dataDir, options.log);
  if (!hasDatabase(dataDir)) refuseForeignContent(dataDir);
  const password = known ?? makePassword(options.secretsDir);
  if (!hasDatabase(dataDir)) await initialise(server, password);
  checkVersion(server);
  const port = await choosePort(dataDir, options.port);
  const child = await launch(server, port);
  noteOwner(dataDir);
  const url = `postgresql://${owner}:${password}@127.0.0.1:${port}/${databaseName}`;
  const running = handle(child, url, dataDir);
  await ensureDatabase(url).catch(async (error: unknown) => {
    await running.stop();
    throw error;
  });
  return running;
}

function handle(child: ChildProcess, url: string, dataDir: string): EmbeddedPostgres {
  const pid = child.pid ?? 0;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) await endServer(pid);
    await ended;
  };
  return { url, pid, dataDir, stop, ended };
}

function hasDatabase(dataDir: string): boolean {
  return existsSync(join(dataDir, "PG_VERSION"));
}

/** The new database replaces an empty directory at most, never somebody's files. */
function refuseForeignContent(dataDir: string): void {
  if (!existsSync(dataDir) || readdirSync(dataDir).length === 0) return;
  throw new Error(
    `${dataDir} holds files but no database. Move them away or choose another --data directory.`,
  );
}

/** Into a directory beside it, renamed when complete: a start killed half-way leaves no half database. */
async function initialise(server: Server, password: string): Promise<void> {
  const fresh = makePrivateDir(server.dataDir, server.account);
  const secret = makePrivateDir(server.dataDir, server.account);
  try {
    const passwordFile = join(secret, "password");
    writeFileSync(passwordFile, password, { mode: 0o644 });
    const locale = ["-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"];
    const access = ["-U", owner, "--auth=scram-sha-256", `--pwfile=${passwordFile}`];
    const speed = server.isDurable ? [] : ["--no-sync"];
    const args = ["-D", fresh, ...locale, ...access, ...speed];
    const child = spawn(server.binaries.initdb, args, spawnOptions(server));
    const lines = collect(child, () => {});
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    if (code !== 0) throw new Error(explainFailure("make the database", server.dataDir, lines));
    renameSync(fresh, server.dataDir);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(secret, { recursive: true, force: true });
  }
}

function checkVersion({ dataDir, binaries }: Server): void {
  const found = readFileSync(join(dataDir, "PG_VERSION"), "utf8").trim();
  if (found === binaries.major) return;
  throw new Error(
    `The database in ${dataDir} was made by Postgres ${found}, this version brings Postgres ${binaries.major}. Start the old version, dump the database, and load it into a new --data directory.`,
  );
}

async function launch(server: Server, port: number): Promise<ChildProcess> {
  const settings = ["listen_addresses=127.0.0.1", "timezone=UTC", "log_timezone=UTC"];
  if (!server.isDurable) settings.push("fsync=off", "synchronous_commit=off", "full_page_writes=off");
  const args = [
    "-D",
    server.dataDir,
    "-p",
    String(port),
    "-k",
    "",
    ...settings.flatMap((one) => ["-c", one]),
  ];
  const [command, ...rest] = dieWithParent([server.binaries.postgres, ...args]);
  const child = spawn(command ?? "", rest, spawnOptions(server));
  await new Promise<void>((resolve, reject) => {
    const lines = collect(child, (line) => {
      server.log(line);
      if (line.includes("database system is ready to accept connections")) resolve();
    });
    child.once("error", reject);
    child.once("close", () => reject(new Error(explainFailure("start the database", server.dataDir, lines))));
  });
  return child;
}

/** Where the kernel offers it, the server gets a fast shutdown even if we are killed without a chance to say so. */
function dieWithParent(command: string[]): string[] {
  const setpriv = ["/usr/bin/setpriv", "/bin/setpriv"].find((path) => existsSync(path));
  return setpriv ? [setpriv, "--pdeathsig", "INT", ...command] : command;
}

/** Detached: a Ctrl+C in the terminal reaches the controller, which then stops the server in order. */
function spawnOptions({ account, dataDir }: Server) {
  const base = {
    cwd: dirname(dataDir),
    env: environment,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"] as ["ignore", "pipe", "pipe"],
  };
  return account ? { ...base, uid: account.uid, gid: account.gid } : base;
}

/** Passes lines on and keeps the last twenty for the explanation of a failure. */
function collect(child: ChildProcess, onLine: (line: string) => void): string[] {
  const last: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on("line", (line) => {
      last.push(line);
      if (last.length > 20) last.shift();
      onLine(line);
    });
  }
  return last;
}

async function ensureDatabase(url: string): Promise<void> {
  const admin = new URL(url);
  admin.pathname = "/postgres";
  const client = new pg.Client({ connectionString: admin.href });
  await client.connect();
  try {
    const found = await client.query("select 1 from pg_database where datname = $1", [databaseName]);
    if (found.rowCount === 0) await client.query(`create database ${databaseName}`);
  } finally {
    await client.end();
  }
}
