/**
 * A long-running part of the set-up (controller, lab). It gets its own process group, so that Ctrl-C reaches only the start
 * program, which stops the parts in order; and a pipe as standard input, its lifeline: when the start program dies,
 * however it dies, the pipe closes and the part stops itself.
 */
import { spawn } from "node:child_process";
import fs from "node:fs";
import readline from "node:readline";

export class Child {
  /** @param {{ name: string, file: string, args: string[], cwd: string, env?: Record<string, string>, logFile: string, onLine?: (line: string) => void }} options */
  constructor(options) {
    this.name = options.name;
    this.logFile = options.logFile;
    const log = fs.openSync(options.logFile, "a", 0o600);
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

  /** Closes the lifeline and waits; after the time it is told twice more, ever less politely. */
  async stop(timeoutMs = 30_000) {
    if (!this.isRunning) return;
    this.process.stdin.end();
    for (const [signal, waitMs] of [
      [null, timeoutMs],
      ["SIGTERM", 10_000],
      ["SIGKILL", 10_000],
    ]) {
      if (signal && this.isRunning) this.process.kill(signal);
      if (await endsWithin(this.ended, waitMs)) return;
    }
  }

  /** The last lines of the log, for the message when it ended by itself. */
  tail(count = 15) {
    return fs.readFileSync(this.logFile, "utf8").trim().split("\n").slice(-count).join("\n");
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
