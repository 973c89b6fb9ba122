/**
 * Whether the daemons of the engine run, looked at every second: a known process costs one small file. Only when one is
 * missing are all processes gone through.
 */
import { readFile } from "node:fs/promises";
import { processesNamed } from "./daemons.ts";

export interface DaemonState {
  name: string;
  running: boolean;
}

export type LookAtDaemons = (names: readonly string[]) => Promise<DaemonState[]>;

/** Between two searches for what is missing: on a big machine a search reads thousands of files. */
const searchMs = 3_000;

/** `nowMs` never goes back. */
export function createDaemonWatch(nowMs: () => number): LookAtDaemons {
  const pids = new Map<string, string>();
  let searchedAt = Number.NEGATIVE_INFINITY;

  return async (names) => {
    for (const name of names) {
      const pid = pids.get(name);
      if (pid !== undefined && !(await isStill(pid, name))) pids.delete(name);
    }
    const missing = names.filter((name) => !pids.has(name));
    if (missing.length > 0 && nowMs() - searchedAt >= searchMs) {
      searchedAt = nowMs();
      for (const [name, pid] of await processesNamed(missing)) pids.set(name, pid);
    }
    return names.map((name) => ({ name, running: pids.has(name) }));
  };
}

/** A dead process whose parent has not asked for it yet is a zombie, state Z. */
async function isStill(pid: string, name: string): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return stat.includes(`(${name.slice(0, 15)})`) && !/\) Z /.test(stat);
}
