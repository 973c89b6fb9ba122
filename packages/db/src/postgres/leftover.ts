/**
 * A start that was killed may leave its postmaster running. It is recognised by the pid file that Postgres keeps and by
 * its working directory, and it is stopped, unless the process that started it still lives: then the directory is in use.
 */
import { readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ownerFile = "bulkhead.owner";

/** Notes which process started the server, so that a later start can tell an orphan from a server in use. */
export function noteOwner(dataDir: string): void {
  writeFileSync(join(dataDir, ownerFile), `${process.pid} ${startTime(process.pid) ?? ""}\n`, {
    mode: 0o600,
  });
}

/** Stops an orphan and clears a pid file that belongs to no postmaster of this directory. Throws when the directory is in use. */
export async function clearLeftover(dataDir: string, log: (line: string) => void): Promise<void> {
  const pid = Number(read(join(dataDir, "postmaster.pid"))?.split("\n")[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return;
  if (!isPostmasterOf(pid, dataDir)) return rmSync(join(dataDir, "postmaster.pid"));
  const owner = livingOwner(dataDir);
  if (owner !== null) {
    throw new Error(
      `The database in ${dataDir} is in use by process ${owner}. Stop that controller first, or choose another --data directory.`,
    );
  }
  log(`stopping Postgres ${pid}, left behind by an earlier start`);
  await endServer(pid);
}

/**
 * Fast shutdown: connections are ended, everything is written. After 20 s without effect, immediate shutdown (Postgres then
 * recovers from its log at the next start).
 */
export async function endServer(pid: number): Promise<void> {
  signal(pid, "SIGINT");
  if (await gone(pid, 20_000)) return;
  signal(pid, "SIGQUIT");
  if (await gone(pid, 10_000)) return;
  throw new Error(`Postgres ${pid} does not stop. End it by hand with "kill -9 ${pid}" and start again.`);
}

async function gone(pid: number, limitMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < limitMs; waitedMs += 20) {
    if (!isAlive(pid)) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return !isAlive(pid);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended between the look and the signal.
  }
}

function livingOwner(dataDir: string): number | null {
  const [pid, started] = (read(join(dataDir, ownerFile)) ?? "").trim().split(" ");
  const owner = Number(pid);
  if (!Number.isInteger(owner) || owner <= 0 || owner === process.pid) return null;
  return startTime(owner) === started && started !== "" ? owner : null;
}

/** Clock ticks since boot at which the process began: with it a reused pid is not mistaken for the old process. */
function startTime(pid: number): string | null {
  const stat = read(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
}

/** A zombie has ended, though its parent has not looked yet. */
export function isAlive(pid: number): boolean {
  const stat = read(`/proc/${pid}/stat`);
  return stat !== null && stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3) !== "Z";
}

function isPostmasterOf(pid: number, dataDir: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === dataDir;
  } catch {
    return false;
  }
}

function read(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
