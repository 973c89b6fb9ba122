/**
 * Running an admin's script, for example a health probe: without a shell, with as few rights as the system lets us
 * give up, after everything else that is ours, and never longer than allowed, its children included.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { setPriority } from "node:os";

export interface ScriptRun {
  /** Absolute path. */
  command: string;
  args: readonly string[];
  timeoutMs: number;
  /** Added to PATH and LANG, which is all that a script gets of an environment. */
  environment: Record<string, string>;
}

export interface ScriptEnd {
  /** Null when it could not be started, was killed, or took too long. */
  exitCode: number | null;
  /** The last line that it wrote, or why it did not run; at most 200 characters. */
  words: string;
}

/** User and group `nobody` of every Linux. */
const nobody = 65_534;
const keptBytes = 4_096;

/** Never rejects. Runs as `nobody` where this process may become another user, else as its own. */
export async function runScript(run: ScriptRun): Promise<ScriptEnd> {
  const isRoot = process.getuid?.() === 0;
  const first = await runAs(run, isRoot ? { uid: nobody, gid: nobody } : {});
  return first === "may-not" ? await runAsSelf(run) : first;
}

async function runAsSelf(run: ScriptRun): Promise<ScriptEnd> {
  const end = await runAs(run, {});
  return end === "may-not" ? { exitCode: null, words: "the system does not permit to start it" } : end;
}

function runAs(run: ScriptRun, user: { uid?: number; gid?: number }): Promise<ScriptEnd | "may-not"> {
  return new Promise((resolve) => {
    const child = spawn(run.command, [...run.args], {
      ...user,
      // A session of its own: it can be ended with all its children, and gets no share of our precedence.
      detached: true,
      cwd: "/",
      env: {
        PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        LANG: "C",
        ...run.environment,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    comeLast(child);
    const limit = setTimeout(
      () => end({ exitCode: null, words: `no end within ${run.timeoutMs} ms` }),
      run.timeoutMs,
    );
    const end = (result: ScriptEnd | "may-not"): void => {
      clearTimeout(limit);
      killGroup(child);
      resolve(result);
    };
    const written = lastWords(child);
    child.on("error", (error: NodeJS.ErrnoException) =>
      end(error.code === "EPERM" ? "may-not" : notRun(error)),
    );
    child.on("exit", (exitCode, signal) => {
      const words = signal === null ? written() : `ended by ${signal}`;
      end({ exitCode, words: words || `exit code ${exitCode}` });
    });
  });
}

function notRun(error: NodeJS.ErrnoException): ScriptEnd {
  const known: Record<string, string> = {
    ENOENT: "there is no such file",
    EACCES: "it is not executable for user nobody",
  };
  return { exitCode: null, words: known[error.code ?? ""] ?? error.message };
}

/** Reads on, so that a talkative script does not wait for a reader; keeps the end. */
function lastWords(child: ChildProcess): () => string {
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (piece: string) => {
      text = (text + piece).slice(-keptBytes);
    });
  }
  return () => (text.trim().split("\n").at(-1) ?? "").slice(0, 200);
}

function comeLast(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) setPriority(child.pid, 0);
  } catch {
    // It has ended already.
  }
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  } catch {
    // Nobody of the group is left.
  }
}
