/**
 * The only place of this package that starts processes. No shell, a fixed PATH and locale, bounded time and
 * output. XML goes through standard input, never through arguments.
 */
import { spawn } from "node:child_process";
import { EngineError, MissingToolError } from "./errors.ts";

export interface Execution {
  /** Null when it was killed by its time limit or a signal. */
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface ExecuteOptions {
  stdin?: string;
  /** Default 15 000. Then the process is killed. */
  timeoutMs?: number;
  /** For a tool that prints times without a zone. Default: the machine's own. */
  timeZone?: "UTC";
}

/** Runs to the end and answers with whatever came out; rejects only if the program could not be started. */
export type Execute = (
  command: string,
  args: readonly string[],
  options?: ExecuteOptions,
) => Promise<Execution>;

/** Far above any CIB of a pair (11 KB measured); a runaway tool must not eat the agent's memory. */
const outputLimitBytes = 8 * 1024 * 1024;
/** Where programs are looked for, whatever the caller's environment says. */
export const searchPath: readonly string[] = [
  "/usr/local/sbin",
  "/usr/local/bin",
  "/usr/sbin",
  "/usr/bin",
  "/sbin",
  "/bin",
];
const environment = { PATH: searchPath.join(":"), LC_ALL: "C" };

export const execute: Execute = (command, args, options = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: options.timeZone === undefined ? environment : { ...environment, TZ: options.timeZone },
      stdio: ["pipe", "pipe", "pipe"],
      timeout: options.timeoutMs ?? 15_000,
      killSignal: "SIGKILL",
    });
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    child.on("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "ENOENT" ? new MissingToolError(command) : error),
    );
    child.on("close", (code) => resolve({ code, stdout: stdout(), stderr: stderr() }));
    // A tool that does not read its input closes it early; its exit code tells the story.
    child.stdin.on("error", () => {});
    child.stdin.end(options.stdin ?? "");
  });

/** Like `execute`, but an exit code other than 0 rejects with what the tool said. */
export async function executeOk(
  run: Execute,
  [command, ...args]: readonly [string, ...string[]],
  options: ExecuteOptions = {},
): Promise<string> {
  const done = await run(command, args, options);
  if (done.code === 0) return done.stdout;
  const said = lastWords(done).join("; ").slice(0, 500);
  throw new EngineError(
    `${command} ${args[0] ?? ""}: ${said || "no message"} (${done.code === null ? "time limit or signal" : `exit ${done.code}`})`,
    done.code,
  );
}

/** Of a tool that answers in XML the errors that it names; else the last lines. */
function lastWords({ stdout, stderr }: { stdout: string; stderr: string }): string[] {
  const named = [...stdout.matchAll(/<error>([^<]*)<\/error>/g)].map(([, text = ""]) => text);
  if (named.length > 0) return named.slice(-3);
  return (stderr.trim() || stdout.trim()).split("\n").slice(-3);
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size <= outputLimitBytes) chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString("utf8");
}
