/** Runs a program of a test to its end. Unlike `runCommand` it gives a busy machine a minute. */
import { execFile } from "node:child_process";
import type { CommandOutput } from "@bulkhead/runtime";

const limitMs = 60_000;

/** Exit code null: not started, or killed after a minute. */
export function runProgram(file: string, args: readonly string[]): Promise<CommandOutput> {
  return new Promise((resolve) => {
    execFile(file, [...args], { timeout: limitMs }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : null;
      resolve({ exitCode, stdout, stderr });
    });
  });
}
