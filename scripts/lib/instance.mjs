/**
 * One running set-up per data directory. A lock file names its processes by id and start time, so that what a killed start
 * left behind is found and ended by the next one, and nothing else ever is.
 */
import fs from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Halt, step } from "./steps.mjs";

/** Start time of a process in clock ticks since boot: with the id it names a process for ever. Null: no such process. */
function startTimeOf(pid) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}

function isAlive({ pid, startTime }) {
  if (process.platform === "linux") return startTime !== null && startTimeOf(pid) === startTime;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The data directory as this program's own; refuses when another start holds it. */
export class Instance {
  #file;
  #state;

  constructor(dataDir) {
    this.dataDir = dataDir;
    this.#file = path.join(dataDir, "start.json");
  }

  /** Takes the directory, ends what a killed start left behind. */
  async claim() {
    this.#makeDirectory();
    const before = this.#read();
    if (before !== null && isAlive(before.start)) {
      const url = before.url ? ` at ${before.url}` : "";
      throw new Halt(
        `Bulkhead already runs from this data directory (process ${before.start.pid})${url}.`,
        "Use that one, stop it with Ctrl-C, or choose another directory with --data.",
      );
    }
    const left = (before?.children ?? []).filter(isAlive);
    if (left.length > 0) await step("Clean up after a start that was killed", () => endAll(left));
    this.#state = {
      start: { pid: process.pid, startTime: startTimeOf(process.pid) },
      children: [],
      url: null,
    };
    this.#write();
  }

  adopt(pid) {
    this.#state.children.push({ pid, startTime: startTimeOf(pid) });
    this.#write();
  }

  announce(url) {
    this.#state.url = url;
    this.#write();
  }

  release() {
    fs.rmSync(this.#file, { force: true });
  }

  #makeDirectory() {
    try {
      fs.mkdirSync(this.dataDir, { recursive: true, mode: 0o755 });
      fs.accessSync(this.dataDir, fs.constants.W_OK);
    } catch (error) {
      throw new Halt(
        `The data directory ${this.dataDir} cannot be written (${error.code}).`,
        "Choose another with --data, or correct its rights.",
      );
    }
  }

  #read() {
    try {
      return JSON.parse(fs.readFileSync(this.#file, "utf8"));
    } catch {
      return null;
    }
  }

  #write() {
    const temporary = `${this.#file}.new`;
    fs.writeFileSync(temporary, JSON.stringify(this.#state), { mode: 0o600 });
    fs.renameSync(temporary, this.#file);
  }
}

/** They end by themselves when the pipe to their start closes; this waits for that, then insists. */
async function endAll(processes) {
  for (const signal of [null, "SIGTERM", "SIGKILL"]) {
    for (const { pid } of processes.filter(isAlive)) if (signal) trySignal(pid, signal);
    for (let waited = 0; waited < 10_000 && processes.some(isAlive); waited += 100) await pause(100);
    if (!processes.some(isAlive)) return;
  }
}

function trySignal(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended between the look and the signal: that is what was wanted.
  }
}
