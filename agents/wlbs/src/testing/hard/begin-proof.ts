/** Runs a program of the proofs in its own namespaces, beside others: most of their time they wait. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const namespaces = [process.getuid?.() === 0 ? "-mnpf" : "-Urmnpf", "--mount-proc", "--kill-child"];
const limitMs = 500_000;

/** Facts as the program printed them; rejects with what it wrote to standard error when it failed. */
export async function beginProof(
  program: string,
  environment: Record<string, string> = {},
): Promise<unknown> {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const child = spawn("unshare", [...namespaces, process.execPath, path], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...environment },
  });
  const told = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      told[name] += text;
    });
  }
  // unshare itself heeds no other signal.
  const limit = setTimeout(() => child.kill("SIGKILL"), limitMs);
  const status = await new Promise((resolve) => void child.on("close", resolve));
  clearTimeout(limit);
  process.stdout.write(`${program}\n${told.stderr}`);
  if (status !== 0) throw new Error(`${program} failed:\n${told.stderr}`);
  return JSON.parse(told.stdout);
}
