import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runScript } from "./run-script.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "bh-script-"));
  chmodSync(directory, 0o777);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function script(text: string): string {
  const path = join(directory, "probe.sh");
  writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  chmodSync(path, 0o755);
  return path;
}
const run = (command: string, timeoutMs = 20_000, args: string[] = []) =>
  runScript({ command, args, timeoutMs, environment: { BULKHEAD_RULE: "web" } });

test("exit code and last line are told, arguments are passed as they are", async () => {
  const path = script('echo first; echo "$BULKHEAD_RULE $1" >&2; exit 3');
  expect(await run(path, 20_000, ["a b; c"])).toEqual({ exitCode: 3, words: "web a b; c" });
  expect(await run(script("exit 0"))).toEqual({ exitCode: 0, words: "exit code 0" });
});

test("a script has no rights of ours, no precedence and no environment", async () => {
  const { words } = await run(script('echo "$(id -u) $(nice) ${HOME:-none}"'));
  const uid = process.getuid?.() === 0 ? 65_534 : process.getuid?.();
  expect(words).toBe(`${uid} 0 none`);
});

test("one that does not end is ended, with what it has started", async () => {
  const mark = join(directory, "pid");
  const { exitCode, words } = await run(script(`sleep 600 & echo $! > ${mark}; wait`), 1_000);
  expect({ exitCode, words }).toEqual({ exitCode: null, words: "no end within 1000 ms" });
  const pid = readFileSync(mark, "utf8").trim();
  await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
});

/** A process that has ended and was not waited for yet is there as a zombie. */
function isRunning(pid: string): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false;
  return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
}

test("what cannot be run says why", async () => {
  expect(await run(join(directory, "none"))).toEqual({ exitCode: null, words: "there is no such file" });
});
