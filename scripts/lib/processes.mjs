/** Processes of this machine, named by id and start time: with both, a reused id is never mistaken for the old process. */
import fs from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/** Name of a process for ever. `startTime`, in clock ticks since boot, is null when there is none (or no /proc). */
export function processMark(pid) {
  return { pid, startTime: statOf(pid)?.[19] ?? null };
}

/** A zombie has ended, though its parent has not looked yet. */
export function isAlive({ pid, startTime }) {
  if (process.platform === "linux") {
    const stat = statOf(pid);
    return stat !== null && stat[0] !== "Z" && startTime !== null && stat[19] === startTime;
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The fields after the name, which may itself hold blanks and brackets: state first, start time at 19. */
function statOf(pid) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return null;
  }
}

/** Waits `graceMs` for them to end by themselves, asks, then insists. */
export async function endAll(marks, graceMs) {
  const waits = [
    [null, graceMs],
    ["SIGTERM", 10_000],
    ["SIGKILL", 5_000],
  ];
  for (const [signal, waitMs] of waits) {
    for (const { pid } of marks.filter(isAlive)) if (signal) trySignal(pid, signal);
    for (let waitedMs = 0; waitedMs < waitMs && marks.some(isAlive); waitedMs += 100) await pause(100);
    if (!marks.some(isAlive)) return;
  }
}

function trySignal(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended between the look and the signal: that is what was wanted.
  }
}
