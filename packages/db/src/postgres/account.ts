/**
 * Postgres refuses to run as root. When we are root it runs as the system account `postgres`, which is made if the
 * machine has none, and which must be able to reach every directory on the way to its files.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";

export interface Account {
  uid: number;
  gid: number;
}

/** The account that Postgres runs as, or null when we are not root and it simply runs as us. Throws when none can be made. */
export function serverAccount(): Account | null {
  if (process.getuid?.() !== 0) return null;
  return findAccount("postgres") ?? makeAccount();
}

function findAccount(name: string): Account | null {
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(":") ?? [];
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : null;
}

function makeAccount(): Account {
  const made = spawnSync("useradd", [
    "--system",
    "--user-group",
    "--no-create-home",
    "--shell",
    "/usr/sbin/nologin",
    "postgres",
  ]);
  const account = findAccount("postgres");
  if (account) return account;
  const cause = made.error?.message ?? made.stderr?.toString().trim();
  throw new Error(
    `Postgres cannot run as root and the account "postgres" could not be made (${cause}). Run "useradd --system postgres", or start as an ordinary user, or set BULKHEAD_DATABASE_URL.`,
  );
}

/** Whether the account may walk into the directory: every parent must let it through. Null (ourselves) always may. */
export function canReach(path: string, account: Account | null): boolean {
  if (!account) return true;
  for (let at = path; ; at = dirname(at)) {
    const { mode, uid, gid } = statSync(at, { throwIfNoEntry: false }) ?? { mode: 0o001, uid: 0, gid: 0 };
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (at === dirname(at)) return true;
  }
}
