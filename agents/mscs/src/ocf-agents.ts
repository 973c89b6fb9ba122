/** Our own OCF resource agents: shipped beside this code, installed where Pacemaker looks for them. */
import { readdir, readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Execute, execute, executeOk } from "@bulkhead/pacemaker";
import { writeIfChanged } from "./files.ts";
import { runOutside } from "./outside.ts";

/** In the agent's bundle they lie beside it; on a checkout beside its sources. */
const shipped = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "../ocf/" : "./ocf/", import.meta.url),
);

/** Writes what differs; `target` is a directory of our own below /usr/lib/ocf/resource.d. */
export async function installOcfAgents(target: string, source = shipped): Promise<void> {
  for (const name of await agentNames(source)) {
    const text = await readFile(join(source, name));
    await writeIfChanged(join(target, name), text, 0o755).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EROFS") throw error;
      return writeOutside(join(target, name), text.toString("utf8"));
    });
  }
}

/** Where systemd gives the agent a read-only /usr. */
async function writeOutside(file: string, text: string): Promise<void> {
  const outside: Execute = (program, args, options) => runOutside(execute, [program, ...args], options);
  await executeOk(outside, ["install", "-D", "-m", "755", "/dev/stdin", file], { stdin: text });
}

/** The directory is ours as a whole. */
export async function removeOcfAgents(target: string): Promise<void> {
  if (basename(target) !== "bulkhead") return;
  await rm(target, { recursive: true, force: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EROFS") throw error;
    return runOutside(execute, ["rm", "-rf", "--", target]);
  });
}

/** Tests and notes that lie beside the agents carry an ending; what several agents read begins with a dot. */
async function agentNames(source: string): Promise<string[]> {
  const entries = await readdir(source, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && !entry.name.slice(1).includes("."))
    .map((entry) => entry.name);
}
