/** Our own OCF resource agents: shipped beside this code, installed where Pacemaker looks for them. */
import { readdir, readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeIfChanged } from "./files.ts";

/** In the agent's bundle they lie beside it; on a checkout beside its sources. */
const shipped = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "../ocf/" : "./ocf/", import.meta.url),
);

/** Writes what differs; `target` is a directory of our own below /usr/lib/ocf/resource.d. */
export async function installOcfAgents(target: string, source = shipped): Promise<void> {
  for (const name of await agentNames(source))
    await writeIfChanged(join(target, name), await readFile(join(source, name)), 0o755);
}

/** The directory is ours as a whole. */
export async function removeOcfAgents(target: string): Promise<void> {
  if (basename(target) === "bulkhead") await rm(target, { recursive: true, force: true });
}

/** Tests and notes that lie beside the agents carry an ending; what several agents read begins with a dot. */
async function agentNames(source: string): Promise<string[]> {
  const entries = await readdir(source, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && !entry.name.slice(1).includes("."))
    .map((entry) => entry.name);
}
