/**
 * Puts the agent before the services of its host. A beat or a renewal that waits for a busy web server costs the
 * host its lease, then its buckets.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { setPriority } from "node:os";
import type { Logger, RunCommand } from "@bulkhead/runtime";

/** As far ahead as the kernel's own helpers go; -20 is left to whoever must save the machine. */
const niceness = -15;

/**
 * Affects every thread of this process and what it starts from now on (nft). Without the right to do so
 * (CAP_SYS_NICE) everything works as well, only with less reserve.
 */
export function precedeServices(): void {
  for (const thread of readdirSync("/proc/self/task")) tolerate(() => setPriority(Number(thread), niceness));
  // Linux weighs whole sessions against each other (sched(7), "The autogroup feature") and applies a niceness only
  // within one. In a session that is not ours alone the others would be preferred with us.
  if (leadsSession()) tolerate(() => writeFileSync("/proc/self/autogroup", `${niceness}`));
}

/** The lowest of the real-time priorities: before every ordinary process, after the kernel's own helpers. */
const realTimePriority = "1";

/**
 * Puts one thread before all ordinary processes (SCHED_RR, sched(7)); the nft that it starts goes with it. It cannot
 * take the machine: the kernel keeps 5 % of the time for others (sched_rt_runtime_us, which is left as it is), and a
 * thread that does not answer is ended. Without the right or without chrt (util-linux) niceness must do.
 */
export async function preferThread(
  tid: number,
  { run, log }: { run: RunCommand; log: Logger },
): Promise<void> {
  const { exitCode, stderr } = await run("chrt", ["--rr", "-p", realTimePriority, String(tid)]);
  if (exitCode === 0) return;
  const why = exitCode === null ? "chrt is not installed" : stderr.trim();
  log.info({ why }, "the heartbeats get no real-time priority; niceness must do");
}

function leadsSession(): boolean {
  // The name in parentheses may hold blanks; after it come state, parent, process group and session.
  const [, , , session] = readFileSync("/proc/self/stat", "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return Number(session) === process.pid;
}

/** An ordinary user may not; a thread may have ended; a kernel without autogroups has no such file. */
function tolerate(attempt: () => void): void {
  try {
    attempt();
  } catch {
    // Less reserve, nothing else.
  }
}
