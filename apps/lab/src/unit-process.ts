/**
 * Runs the commands of one unit inside a node: `nsenter` puts them into the node's namespaces, `setsid` makes them a
 * process group of their own that can be ended as a whole.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { childOf, signal } from "./processes.ts";
import type { Unit } from "./unit-file.ts";

/** What a unit process needs to know of its node. */
export interface UnitHost {
  /** First process of the node, as the fabric counts. */
  pid: number;
  logDir: string;
}

/** One command of a unit. */
export interface UnitCommand {
  unit: Unit;
  argv: string[];
  environment: Record<string, string>;
}

export interface UnitProcess {
  /** Resolves with the exit code; -1 when a signal ended it. */
  ended: Promise<number>;
  /** The main process, as the fabric counts. */
  mainPid: Promise<number>;
  /** `nsenter` in front of it: it stops with the process it waits for and has to be continued too. */
  front: ChildProcess;
}

/** The variables every process of a node starts with; nothing of the machine's own environment gets in. */
export const baseEnvironment: Record<string, string> = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  LANG: "C.UTF-8",
  HOME: "/root",
};

/** Command prefix that enters the namespaces of `pid`. */
export function enter(pid: number): string[] {
  return ["nsenter", "-t", String(pid), "-m", "-u", "-i", "-n", "-p", "--"];
}

/** Starts one command of the unit; its output is appended to the unit's log. */
export function startCommand({ unit, argv, environment }: UnitCommand, host: UnitHost): UnitProcess {
  const identity =
    unit.user === null ? [] : ["setpriv", "--reuid", unit.user, "--regid", unit.user, "--init-groups"];
  const place = unit.workingDirectory === null ? [] : ["env", "-C", unit.workingDirectory];
  const [file = "nsenter", ...args] = [...enter(host.pid), "setsid", ...place, ...identity, ...argv];
  const front = spawn(file, args, {
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
    env: { ...baseEnvironment, ...environment },
  });
  const log = createWriteStream(join(host.logDir, `${unit.name}.log`), { flags: "a" });
  log.on("error", () => undefined);
  front.stdout.pipe(log, { end: false });
  front.stderr.pipe(log, { end: false });
  const ended = new Promise<number>((resolve) => {
    front.on("error", () => resolve(-1));
    // `exit`, not `close`: a process that left the unit may hold the log open for as long as it lives.
    front.on("exit", (code) => {
      resolve(code ?? -1);
      log.end();
    });
  });
  const mainPid = front.pid === undefined ? Promise.resolve(0) : childOf(front.pid).catch(() => 0);
  return { ended, mainPid, front };
}

/** Asks the main process to end, and ends its whole group if it does not in time. */
export async function endCommand(unit: Unit, running: UnitProcess): Promise<void> {
  const pid = await running.mainPid;
  if (pid > 0) signal(pid, unit.killSignal);
  const timer = setTimeout(() => pid > 0 && signal(-pid, "SIGKILL"), unit.stopTimeoutMs);
  await running.ended;
  clearTimeout(timer);
  if (unit.killGroup && pid > 0) signal(-pid, "SIGKILL");
}
