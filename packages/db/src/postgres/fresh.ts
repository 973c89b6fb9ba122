/**
 * Directories beside the data directory in which a new database is made before it gets its name. They carry the number of the
 * process that makes them, so that a later start can clear up after one that was killed meanwhile.
 */
import { chownSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Account } from "./account.ts";
import { isAlive } from "./leftover.ts";

/** An empty private directory beside `dataDir`, owned by the server account. */
export function makePrivateDir(dataDir: string, account: Account | null): string {
  const dir = mkdtempSync(`${dataDir}.new-${process.pid}-`);
  if (account) handOver(dir, account);
  return dir;
}

/** A root whose capabilities were taken away, as in some containers, may not. */
function handOver(dir: string, { uid, gid }: Account): void {
  try {
    chownSync(dir, uid, gid);
  } catch (error) {
    rmSync(dir, { recursive: true, force: true });
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(
      `Postgres does not run as root, and this root may not hand files to the account "postgres" (${code}). Start as an ordinary user, give the container the capabilities CHOWN, SETUID and SETGID, or set BULKHEAD_DATABASE_URL.`,
    );
  }
}

/** Removes those whose maker has ended. One without a number is of an earlier version, which does not run any more. */
export function removeUnfinished(dataDir: string): void {
  const prefix = `${basename(dataDir)}.new-`;
  const found = readdirSync(dirname(dataDir)).filter((name) => name.startsWith(prefix));
  for (const name of found) {
    const maker = Number(/^(\d+)-/.exec(name.slice(prefix.length))?.[1] ?? 0);
    if (maker === process.pid || (maker > 0 && isAlive(maker))) continue;
    rmSync(join(dirname(dataDir), name), { recursive: true, force: true });
  }
}
