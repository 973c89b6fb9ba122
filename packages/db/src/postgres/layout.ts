/** Directories, password and port of the embedded server. */
import { createHash, randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { dirname, join, resolve } from "node:path";
import { type Account, canReach } from "./account.ts";
import { systemStateDir } from "./binaries.ts";

/** Where the data really goes: `wanted`, or a place under the system state directory if the server account cannot get there. */
export function chooseDataDir(wanted: string, account: Account | null): string {
  const path = resolve(wanted);
  mkdirSync(dirname(path), { recursive: true });
  const real = join(realpathSync(dirname(path)), path.slice(dirname(path).length + 1));
  if (canReach(dirname(real), account)) return real;
  const mark = createHash("sha256").update(real).digest("hex").slice(0, 12);
  return join(systemStateDir, `bulkhead-pg-${mark}`);
}

const ownerFile = "pg.password";

/** The password of the database owner (or the one in `name`), or null before the first start. */
export function readPassword(secretsDir: string, name = ownerFile): string | null {
  const file = join(secretsDir, name);
  return existsSync(file) ? readFileSync(file, "utf8").trim() : null;
}

/** Makes the password: 0600 in a 0700 directory. */
export function makePassword(secretsDir: string, name = ownerFile): string {
  mkdirSync(secretsDir, { recursive: true, mode: 0o700 });
  const password = randomBytes(24).toString("hex");
  writeFileSync(join(secretsDir, name), `${password}\n`, { mode: 0o600 });
  return password;
}

/**
 * A database without its password: the secrets were deleted. Where the data lies beside them, that is for a person to
 * decide. Under the system state directory it is the rest of a data directory that is gone: it is put aside, not lost.
 */
export function putAside(dataDir: string, wanted: string, log: (line: string) => void): void {
  if (dataDir === resolve(wanted)) {
    throw new Error(
      `The database in ${dataDir} has lost its password (secrets/pg.password). Put the file back from a backup, or move the database away to begin anew.`,
    );
  }
  rmSync(`${dataDir}.old`, { recursive: true, force: true });
  renameSync(dataDir, `${dataDir}.old`);
  log(`put aside the database of a deleted data directory: ${dataDir}.old`);
}

/** The port of the last start if it is still free, so that saved addresses stay valid; otherwise any free one. */
export async function choosePort(dataDir: string, wanted: number | undefined): Promise<number> {
  const file = join(dataDir, "bulkhead.port");
  const kept = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
  const port = wanted ?? ((await isFree(kept)) ? kept : await anyFreePort());
  writeFileSync(file, `${port}\n`, { mode: 0o600 });
  return port;
}

async function isFree(port: number): Promise<boolean> {
  if (!Number.isInteger(port) || port < 1024 || port > 65_535) return false;
  return (await tryListen(port)) === port;
}

async function anyFreePort(): Promise<number> {
  const port = await tryListen(0);
  if (port === null) throw new Error("No free TCP port on 127.0.0.1 for the embedded Postgres.");
  return port;
}

function tryListen(port: number): Promise<number | null> {
  return new Promise((resolvePort) => {
    const server = createServer();
    server.once("error", () => resolvePort(null));
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolvePort(typeof address === "object" && address ? address.port : null));
    });
  });
}
