/**
 * Starts a program and waits for it. Never through a shell, never blocking: the process that runs this also
 * answers the fence agent and the faults.
 */
import { spawn } from "node:child_process";

export interface RunResult {
  /** Exit code; 128 + signal number is not used: a killed program has code -1. */
  code: number;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  input?: string | undefined;
  env?: Record<string, string> | undefined;
  timeoutMs?: number | undefined;
}

/** Output beyond this is cut: a control answer is one line, not a log store. */
const outputMaxBytes = 4_000_000;

/**
 * Runs `argv` to its end. Resolves with the code whatever it is; rejects only when the program cannot be started.
 */
export function run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const [file, ...args] = argv;
  if (file === undefined) return Promise.reject(new Error("Nothing to run: the command is empty."));
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      stdio: ["pipe", "pipe", "pipe"],
      env: options.env ?? process.env,
      ...(options.timeoutMs === undefined
        ? {}
        : { timeout: options.timeoutMs, killSignal: "SIGKILL" as const }),
    });
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8");
      child[name].on("data", (text: string) => {
        if (output[name].length < outputMaxBytes) output[name] += text;
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? -1, ...output }));
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input ?? "");
  });
}

/** As `run`, but a code other than 0 is an error that quotes the program. */
export async function must(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const result = await run(argv, options);
  if (result.code !== 0) {
    const said = (result.stderr.trim() || result.stdout.trim()).slice(-600);
    throw new Error(`\`${argv.join(" ")}\` ended with ${result.code}: ${said}`);
  }
  return result.stdout;
}
