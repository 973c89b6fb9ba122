/** Runs a program of the proof as the first process of its own namespaces, and gives what it prints. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const isRoot = process.getuid?.() === 0;
const namespaces = [isRoot ? "-mnpf" : "-Urmnpf", "--mount-proc", "--kill-child"];
/** The longest proof, with all its connections and flows, takes some minutes. */
const limitMs = 900_000;

/** Are network namespaces and nftables to be had here? */
export const isProofPossible = spawnSync("unshare", [...namespaces, "nft", "list", "tables"]).status === 0;

/** Facts as the program printed them; throws with what it wrote to standard error when it failed. */
export function runProof(
  program: string,
  environment: Record<string, string> = {},
  timeout = limitMs,
): unknown {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const run = spawnSync("unshare", [...namespaces, process.execPath, path], {
    encoding: "utf8",
    timeout,
    env: { ...process.env, ...environment },
  });
  process.stdout.write(run.stderr);
  if (run.status !== 0) throw new Error(`${program} failed:\n${run.stderr}`);
  return JSON.parse(run.stdout);
}
