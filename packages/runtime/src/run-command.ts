/**
 * Running a program of the system without a shell: arguments are passed as they are, output and time are
 * bounded. Never give it a secret as an argument; arguments are seen by everybody on the machine.
 */
import { execFile } from "node:child_process";

export interface CommandOutput {
  /** Null when it could not be started, was killed, or took too long. */
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

export type RunCommand = (file: string, args: readonly string[]) => Promise<CommandOutput>;

/** Never rejects: a program that is not installed gives exit code null. Bound: 5 s, 1 MiB of output. */
export const runCommand: RunCommand = (file, args) =>
  new Promise((resolve) => {
    execFile(file, [...args], { timeout: 5_000, maxBuffer: 1024 * 1024 }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : null;
      resolve({ exitCode, stdout, stderr });
    });
  });
