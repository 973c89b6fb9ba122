/** Finds and stops or continues the processes of a node, by the pid namespace they live in. */
import { readdir, readFile, readlink } from "node:fs/promises";
import { basename } from "node:path";
import { until } from "./until.ts";

/** The first child of a process that has forked once: `unshare` and `nsenter` stay in front of what they start. */
export function childOf(pid: number, timeoutMs = 5000): Promise<number> {
  return until(
    `process ${pid} to start its child`,
    async () => {
      const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
      const child = Number(text.trim().split(" ")[0]);
      return Number.isInteger(child) && child > 0 ? child : null;
    },
    { timeoutMs, everyMs: 4 },
  );
}

/** Process ids, as the fabric counts them, of everything that runs in the pid namespace of `pid`. */
export async function processesBeside(pid: number): Promise<number[]> {
  const namespace = await readlink(`/proc/${pid}/ns/pid`);
  const numbers = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    numbers.map(async (number) => {
      const other = await readlink(`/proc/${number}/ns/pid`).catch(() => null);
      return other === namespace ? number : null;
    }),
  );
  return found.filter((number) => number !== null);
}

/** The kernel keeps this much of a process's name. */
const nameLength = 15;

/** Process ids of everything in the namespace of `pid` whose name, or program's name, is `name`. */
export async function namedProcesses(pid: number, name: string): Promise<number[]> {
  const all = await processesBeside(pid);
  const isNamed = await Promise.all(
    all.map(async (number) => {
      const kept = (await readFile(`/proc/${number}/comm`, "utf8").catch(() => "")).trim();
      const line = await readFile(`/proc/${number}/cmdline`, "utf8").catch(() => "");
      const [program = ""] = line.split("\0");
      return kept === name.slice(0, nameLength) || basename(program) === name;
    }),
  );
  return all.filter((_, index) => isNamed[index]);
}

/** Sends a signal; a process that is already gone is fine. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Stops every process of the namespace; again and again until no new one has appeared meanwhile. */
export async function stopAll(pid: number): Promise<void> {
  const stopped = new Set<number>();
  for (;;) {
    const fresh = (await processesBeside(pid)).filter((number) => !stopped.has(number));
    if (fresh.length === 0) return;
    for (const number of fresh) {
      signal(number, "SIGSTOP");
      stopped.add(number);
    }
  }
}

/** Continues every process of the namespace. */
export async function continueAll(pid: number): Promise<void> {
  for (const number of await processesBeside(pid)) signal(number, "SIGCONT");
}

/**
 * Continues every direct child of this process. What stands in front of a node's process (`nsenter`) stops itself when
 * that is stopped; stopped, it would not reap its dead child, and the node's pid namespace could never end.
 */
export async function continueChildren(): Promise<void> {
  const text = await readFile(`/proc/${process.pid}/task/${process.pid}/children`, "utf8");
  for (const child of text.trim().split(" ").filter(Boolean)) signal(Number(child), "SIGCONT");
}
