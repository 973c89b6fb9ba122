/** Files of the engine: atomic, only when different, and the machine as it was afterwards. */
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { enginePaths, keepBefore, readOrNull, restoreBefore, writeIfChanged } from "./files.ts";

async function inDirectory(use: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "bulkhead-files-"));
  try {
    await use(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}

it("writes once, sets the mode, and leaves no temporary file", () =>
  inDirectory(async (directory) => {
    const file = join(directory, "deep/authkey");
    expect(await writeIfChanged(file, "a", 0o400)).toBe(true);
    expect(await writeIfChanged(file, "a", 0o400)).toBe(false);
    expect(await writeIfChanged(file, "b", 0o400)).toBe(true);
    expect(await readFile(file, "utf8")).toBe("b");
    expect((await stat(file)).mode & 0o777).toBe(0o400);
    expect(await readdir(join(directory, "deep"))).toEqual(["authkey"]);
  }));

it("keeps the first version only, and restores it twice without harm", () =>
  inDirectory(async (directory) => {
    const paths = enginePaths(directory);
    const file = join(directory, "corosync.conf");
    await writeFile(file, "theirs");
    await keepBefore(paths, file);
    await writeFile(file, "ours");
    await keepBefore(paths, file);
    await restoreBefore(paths, file);
    expect(await readFile(file, "utf8")).toBe("theirs");
    await restoreBefore(paths, file);
    expect(await readOrNull(file)).toBeNull();
  }));
