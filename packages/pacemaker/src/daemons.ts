/**
 * Which daemons of the engine run on this machine, and which programs are installed. Read from /proc and from
 * the file system: cheaper than asking systemd every few seconds.
 */
import { access, constants, readdir, readFile } from "node:fs/promises";
import { searchPath } from "./execute.ts";

/** Linux cuts process names after 15 characters. */
const nameLimit = 15;

/** For each name: whether a process of that name runs in this pid namespace. */
export async function runningDaemons(
  names: readonly string[],
): Promise<{ name: string; running: boolean }[]> {
  const present = await processesNamed(names);
  return names.map((name) => ({ name, running: present.has(name) }));
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
