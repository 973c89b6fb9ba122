/**
 * A long-running part of the set-up (controller, lab). It gets its own process group, so that Ctrl-C reaches only the start
 * program, which stops the parts in order; and a pipe as standard input, its lifeline: when the start program dies,
 * however it dies, the pipe closes and the part stops itself.
 */
import { spawn } from "node:child_process";
import fs from "node:fs";
import readline from "node:readline";
import { refuseWhenInterrupted } from "./interrupt.mjs";

export class Child {
  /** @param {{ name: string, file: string, args: string[], cwd: string, env?: Record<string, string>, logFile: string, onLine?: (line: string) => void }} options */
  constructor(options) {
    refuseWhenInterrupted();
    this.name = options.name;
    this.logFile = options.logFile;
    const log = fs.openSync(options.logFile, "a", 0o600);
    this.logStart = fs.fstatSync(log).size;
    this.process = spawn(options.file, options.args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ["pipe", "pipe", log],
      detached: true,
    });
    fs.closeSync(log);
    this.process.stdin.on("error", () => {});
    this.ended = new Promise((resolve) => {
      this.process.on("close", (code, signal) => resolve({ code, signal }));
      this.process.on("error", (error) => resolve({ code: 127, signal: null, error }));
    });
    this.isRunning = true;
    void this.ended.then(() => {
      this.isRunning = false;
    });
    const lines = readline.createInterface({ input: this.process.stdout });
    lines.on("line", (line) => {
      // A set-up link opens the console once: it is shown, never logged.
      if (!line.includes("/setup?token=")) fs.appendFileSync(options.logFile, `${line}\n`);
      options.onLine?.(line);
    });
  }

  get pid() {
    return this.process.pid;
  }

  /** Closes the lifeline, says it by signal too (a part that is still loading hears only that), waits, then insists. */
  async stop(timeoutMs = 8_000) {
    if (!this.isRunning) return;
    this.process.stdin.end();
    this.process.kill("SIGTERM");
    if (await endsWithin(this.ended, timeoutMs)) return;
    this.process.kill("SIGKILL");
    await endsWithin(this.ended, 5_000);
  }

  /** Its last words, for the message when it ended by itself: what it wrote for people, else the complaints in its log. */
  tail(count = 6) {
    const lines = fs.readFileSync(this.logFile).subarray(this.logStart).toString().trim().split("\n");
    const plain = lines.filter((line) => line.trim() !== "" && !line.startsWith("{"));
    return (plain.length > 0 ? plain : lines.map(complaintOf).filter(Boolean)).slice(-count).join("\n");
  }
}

/** From here on the controller's log speaks of what is wrong: 40 is a warning. */
const complaintLevel = 40;

function complaintOf(line) {
  try {
    const { level = 0, msg, reason, err } = JSON.parse(line);
    return level < complaintLevel ? "" : [msg, reason, err?.message].filter(Boolean).join(": ");
  } catch {
    return line;
  }
}

function endsWithin(ended, waitMs) {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), waitMs);
    void ended.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
