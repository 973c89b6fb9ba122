/** Child processes of the scripts: run to the end, keep the output for the error message, never through a shell. */
import { spawn } from "node:child_process";
import { endOnInterrupt, refuseWhenInterrupted } from "./interrupt.mjs";
import { Halt } from "./steps.mjs";

/**
 * Runs a program to its end. Rejects with the tail of its output if it fails.
 * @param {string} file  @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined>, inherit?: boolean, cure?: string, input?: string,
 *   toTheEnd?: boolean, onStart?: (pid: number) => void }} [options]
 *   `toTheEnd`: neither the terminal's Ctrl-C nor ours ends it.
 * @returns {Promise<string>} standard output
 */
export async function run(file, args, options = {}) {
  const { code, stdout, output } = await attempt(file, args, options);
  if (code === 0) return stdout;
  const tail = output.trim().split("\n").slice(-25).join("\n");
  throw new Halt(`${file} ${args.slice(0, 4).join(" ")} failed (${code}).\n${tail}\n`, options.cure ?? "");
}

/** As `run`, but a failure is a value. Code 127: the program is not there. */
export function attempt(file, args, options = {}) {
  return new Promise((resolve) => {
    if (!options.toTheEnd) refuseWhenInterrupted();
    let stdout = "";
    let output = "";
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ["pipe", options.inherit ? "inherit" : "pipe", options.inherit ? "inherit" : "pipe"],
      detached: options.toTheEnd ?? false,
    });
    if (!options.toTheEnd) endOnInterrupt(child);
    if (child.pid) options.onStart?.(child.pid);
    child.stdin.on("error", () => {});
    child.stdin.end(options.input ?? "");
    child.stdout?.on("data", (chunk) => {
      stdout += chunk;
      output += chunk;
    });
    child.stderr?.on("data", (chunk) => {
      output += chunk;
    });
    child.on("error", (error) => resolve({ code: 127, stdout, output: String(error) }));
    child.on("close", (code, signal) => resolve({ code: code ?? signal, stdout, output }));
  });
}
