/** What a host remembers over a restart. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Wanted } from "@bulkhead/core/wlbs";
import { createLedger } from "@bulkhead/runtime";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Memory } from "./memory.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "bh-memory-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const draining: Wanted = { run: "draining", rules: { web: "disabled" } };
const stopped: Wanted = { run: "stopped", rules: {} };

test("a new host knows nothing; a restarted one knows the last command", () => {
  const memory = new Memory(directory);
  expect(memory.wanted).toBeNull();
  memory.remember(draining);
  expect(new Memory(directory).wanted).toEqual(draining);
  memory.forget();
  expect(new Memory(directory).wanted).toBeNull();
});

test("whose majority counts outlives a restart", () => {
  const epoch = { counter: 4, coordinator: 2 };
  const voters = [
    { lineage: 1_790_000_000_000, epoch, members: [{ hostId: 2, incarnation: 1_790_000_000_001 }] },
  ];
  new Memory(directory).remember({ ...stopped, voters });
  expect(new Memory(directory).wanted).toEqual({ ...stopped, voters });
});

test("an incarnation is never used twice, though the clock is set back", () => {
  expect(new Memory(directory).nextIncarnation(5_000.7)).toBe(5_000);
  expect(new Memory(directory).nextIncarnation(4_000)).toBe(5_001);
  expect(new Memory(directory).nextIncarnation(9_000)).toBe(9_000);
});

test("a damaged file is said to be so, and the copy before it is used", () => {
  const memory = new Memory(directory);
  memory.remember(stopped);
  memory.nextIncarnation(1);
  writeFileSync(join(directory, "wlbs.json"), "half a fi");
  const again = new Memory(directory);
  expect(again.problem).toContain("damaged");
  expect(again.wanted).toEqual(stopped);
});

test("a file of a version without rule commands is understood", () => {
  const ledger = createLedger(join(directory, "wlbs.json"), () => ({ ok: false, problem: "" }) as never);
  ledger.write({ wanted: "stopped", incarnation: 7 } as never);
  expect(new Memory(directory).wanted).toEqual(stopped);
});

const isRoot = process.getuid?.() === 0;

test.skipIf(!isRoot)(
  "a full disk loses no wish of this life, says so, and is mended when there is room",
  () => {
    const disk = join(directory, "disk");
    spawnSync("mkdir", [disk]);
    // A file system of two pages: the directory and one file, and no room for a second one.
    expect(spawnSync("mount", ["-t", "tmpfs", "-o", "size=8k", "none", disk]).status).toBe(0);
    try {
      const memory = new Memory(disk);
      memory.remember(stopped);
      writeFileSync(join(disk, "filler"), "x".repeat(4_096));
      memory.remember(draining);
      expect(memory.wanted).toEqual(draining);
      expect(memory.problem).toMatch(/cannot be kept over a restart: ENOSPC.*Make .*wlbs.json writable/);
      expect(new Memory(disk).wanted).toEqual(stopped);
      rmSync(join(disk, "filler"));
      memory.retry();
      expect(memory.problem).toBeNull();
      expect(new Memory(disk).wanted).toEqual(draining);
    } finally {
      spawnSync("umount", [disk]);
    }
  },
);
