/** What processes cost: their processor time and memory, as the kernel counts them. */
import { readdirSync, readFileSync } from "node:fs";

/** Ticks per second of /proc/PID/stat; the same on every Linux that Node runs on. */
const ticksPerS = 100;

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // It has ended.
    return "";
  }
}

/** Fields of /proc/PID/stat behind the name: [0] state, [1] parent, [11] user, [12] system, [13] and [14] those of ended children. */
const statOf = (pid: number): string[] => read(`/proc/${pid}/stat`).split(") ").at(-1)?.split(" ") ?? [];

/** The process and all that it has started and that still runs. */
export function family(pid: number): number[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const children = all.filter((other) => Number(statOf(other)[1]) === pid);
  return [pid, ...children.flatMap(family)];
}

/** Processor time of these processes and their families so far, s, with that of children that have ended. */
export function cpuS(pids: readonly number[]): number {
  const ticks = pids.flatMap(family).flatMap((pid) => statOf(pid).slice(11, 15).map(Number));
  return ticks.reduce((sum, value) => sum + value, 0) / ticksPerS;
}

/** Processor time of our own children that have ended, s. */
export function endedChildrenCpuS(): number {
  const ticks = statOf(process.pid).slice(13, 15).map(Number);
  return ticks.reduce((sum, value) => sum + value, 0) / ticksPerS;
}

/** Memory of these processes, MB: resident as each sees it, or with what they share divided among them. */
export function memoryMb(pids: readonly number[], line: "VmRSS" | "Pss"): number {
  const file = line === "VmRSS" ? "status" : "smaps_rollup";
  const text = pids.map((pid) => read(`/proc/${pid}/${file}`)).join("\n");
  const sizes = [...text.matchAll(new RegExp(`^${line}:\\s+(\\d+) kB`, "gm"))].map(([, size]) =>
    Number(size),
  );
  return sizes.reduce((sum, size) => sum + size, 0) / 1024;
}
