/** Daemons are found by the names of their processes, and given precedence over other work. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { getPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { preferDaemon, runningDaemons } from "./daemons.ts";

/** A name that no other process of this machine has. */
const name = `bh${process.pid}sleep`.slice(0, 15);

it.skipIf(process.getuid?.() !== 0)("finds a daemon by its name and lets it go first", async () => {
  const directory = await mkdtemp(join(tmpdir(), "bulkhead-daemon-"));
  const program = join(directory, name);
  await copyFile("/bin/sleep", program);
  const child = spawn(program, ["60"], { stdio: "ignore", detached: true });
  try {
    await once(child, "spawn");
    const [daemon] = await runningDaemons([name]);
    expect(daemon).toEqual({ name, running: true, pid: child.pid });
    preferDaemon(daemon ?? expect.fail());
    expect(getPriority(child.pid ?? 0)).toBe(-15);
    const group = await readFile(`/proc/${child.pid}/autogroup`, "utf8").catch(() => " nice -15\n");
    expect(group).toMatch(/ nice -15\n$/);
  } finally {
    child.kill();
    await once(child, "exit");
    await rm(directory, { recursive: true });
  }
  const gone = { name, running: false, pid: null };
  expect(await runningDaemons([name])).toEqual([gone]);
  preferDaemon({ ...gone, pid: child.pid ?? null });
});
