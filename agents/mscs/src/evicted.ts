/** Which node of the pair was evicted, as this node remembers it over restarts. */
import { rm } from "node:fs/promises";
import { readOrNull, writeIfChanged } from "./files.ts";

/** Null = both nodes belong to the pair. */
export async function readEvicted(file: string): Promise<string | null> {
  return (await readOrNull(file))?.toString("utf8").trim() || null;
}

export async function writeEvicted(file: string, node: string | null): Promise<void> {
  if (node === null) await rm(file, { force: true });
  else await writeIfChanged(file, `${node}\n`, 0o600);
}
