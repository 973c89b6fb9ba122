/**
 * Which daemons of the engine run on this machine, and which programs are installed. Read from /proc and from
 * the file system: cheaper than asking systemd every few seconds.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { access, constants, readdir, readFile } from "node:fs/promises";
import { getPriority, setPriority } from "node:os";
import { searchPath } from "./execute.ts";

/** Linux cuts process names after 15 characters. */
const nameLimit = 15;

export interface Daemon {
  name: string;
  running: boolean;
  /** Process id; null = it does not run. */
  pid: number | null;
}

/** For each name: whether a process of that name runs in this pid namespace. */
export async function runningDaemons(names: readonly string[]): Promise<Daemon[]> {
  const present = await processesNamed(names);
  return names.map((name) => {
    const pid = present.get(name);
    return { name, running: pid !== undefined, pid: pid === undefined ? null : Number(pid) };
  });
}

/** Of the scale of `nice`: -20 goes first, 0 is usual. */
const precedence = -15;

/**
 * Lets a daemon go before the machine's other work. Corosync itself runs in real time, but the two ends of the witness's vote
 * are ordinary processes: on a machine that is far overloaded their heartbeats of one second come too late, and the vote is lost.
 * Not to be allowed to is no failure.
 */
export function preferDaemon({ pid }: Daemon): void {
  try {
    if (pid === null || getPriority(pid) <= precedence) return;
    setPriority(pid, precedence);
    // Linux weighs whole sessions against each other (sched(7), "The autogroup feature") and niceness only within one.
    if (leadsSession(pid)) writeFileSync(`/proc/${pid}/autogroup`, String(precedence));
  } catch {
    // It has ended meanwhile, this is a container without the right, or the kernel has no such groups.
  }
}

function leadsSession(pid: number): boolean {
  // The name in parentheses may hold blanks; after it come state, parent, process group and session.
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1);
  return Number(stat?.split(" ")[3]) === pid;
}

/** Name -> process id, of those that run in this pid namespace. Goes through all processes. */
export async function processesNamed(names: readonly string[]): Promise<Map<string, string>> {
  const pids = (await readdir("/proc")).filter((entry) => /^\d+$/.test(entry));
  const running = await Promise.all(pids.map(async (pid) => [await processName(pid), pid] as const));
  const present = new Map(running);
  return new Map(
    names.flatMap((name) => {
      const pid = present.get(name.slice(0, nameLimit));
      return pid === undefined ? [] : [[name, pid] as const];
    }),
  );
}

/** Empty if the process has gone meanwhile, or is a zombie. */
async function processName(pid: string): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const [, name = "", state = "Z"] = /\((.*)\) (\S)/.exec(stat) ?? [];
  return state === "Z" ? "" : name;
}

/** Those of the programs that are not in the search path. Absolute paths are looked at as they are. */
export async function missingPrograms(programs: readonly string[]): Promise<string[]> {
  const found = await Promise.all(programs.map(isInstalled));
  return programs.filter((_, index) => found[index] !== true);
}

async function isInstalled(program: string): Promise<boolean> {
  const places = program.startsWith("/")
    ? [program]
    : searchPath.map((directory) => `${directory}/${program}`);
  const results = await Promise.all(
    places.map((place) =>
      access(place, constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return results.includes(true);
}
