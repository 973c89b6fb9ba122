/**
 * Starts `nft`, `ip`, `bridge` and `ss`: the only place of the project that does. Every call has a time limit, and a tool that
 * hangs is killed, so that a caller never waits for ever.
 */
import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from "node:child_process";

export interface ToolResult {
  /** Null when the tool was killed (time limit). */
  status: number | null;
  stdout: string;
  stderr: string;
}

/** The tools must be found under systemd's short PATH, speak English, and keep no history in a home directory. */
const environment = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C", HOME: "/nonexistent" };

/** Rejects only when the tool cannot be started; a refusal is a status other than 0. */
export function runTool(
  command: "nft" | "ip" | "bridge" | "ss",
  args: readonly string[],
  options: { input?: string; limitMs?: number } = {},
): Promise<ToolResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: environment, stdio: ["pipe", "pipe", "pipe"] });
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => {
        output[name] += text;
      });
    }
    const limit = setTimeout(() => child.kill("SIGKILL"), options.limitMs ?? 5_000);
    child.on("error", (error) => {
      clearTimeout(limit);
      reject(
        new Error(`Cannot start ${command}: ${error.message}. Install it (package nftables or iproute2).`),
      );
    });
    child.on("close", (status) => {
      clearTimeout(limit);
      resolve({ status, ...output });
    });
    // The tool may end before it has read everything; its status then tells what happened.
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input ?? "");
  });
}

/** A running `nft -i`; standard error goes to standard output, so that answers come in order. */
export function startInteractiveNft(): ChildProcessWithoutNullStreams {
  return spawn("sh", ["-c", "exec nft -i 2>&1"], { env: environment, stdio: ["pipe", "pipe", "pipe"] });
}

/** A running `ip` that carries out a line at a time and goes on after a refusal; nobody hears what it says. */
export function startBatch(): ChildProcess {
  return spawn("ip", ["-force", "-batch", "-"], { env: environment, stdio: ["pipe", "ignore", "ignore"] });
}

/** First line of what a tool complained about, for messages. */
export function complaint(result: ToolResult): string {
  const line = result.stderr.split("\n").find((text) => text.trim() !== "");
  return line?.trim() ?? (result.status === null ? "it did not end in time" : `status ${result.status}`);
}
