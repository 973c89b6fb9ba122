/** Runs the command line against the controller of a story. */
import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import type { Story } from "./story.ts";

export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

const main = resolve(import.meta.dirname, "../../../cli/src/main.ts");

export function commandLine(story: Story): (args: readonly string[], input?: string) => Promise<Ended> {
  return (args, input = "") => {
    const child = spawn(process.execPath, [main, "--data", story.rig.dataDir, ...args], {
      stdio: ["pipe", "pipe", "pipe"],
      // Compiled once for all calls of a file: a start costs a quarter of the time then.
      env: { ...process.env, BULKHEAD_TOKEN: "", NODE_COMPILE_CACHE: join(story.rig.dataDir, "compiled") },
    });
    let [out, err] = ["", ""];
    child.stdout.on("data", (chunk) => (out += String(chunk)));
    child.stderr.on("data", (chunk) => (err += String(chunk)));
    child.stdin.end(input);
    return new Promise((done, fail) => {
      child.on("error", fail);
      child.on("close", (code) => done({ code, out: out.trimEnd(), err: err.trimEnd() }));
    });
  };
}
