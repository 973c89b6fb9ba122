/** What a host remembers over a restart. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Memory } from "./memory.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "bh-memory-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test("a new host knows nothing; a restarted one knows the last command", () => {
  const memory = new Memory(directory);
  expect(memory.wanted).toBeNull();
  memory.wanted = "draining";
  expect(new Memory(directory).wanted).toBe("draining");
  memory.forget();
  expect(new Memory(directory).wanted).toBeNull();
});

test("an incarnation is never used twice, though the clock is set back", () => {
  expect(new Memory(directory).nextIncarnation(5_000.7)).toBe(5_000);
  expect(new Memory(directory).nextIncarnation(4_000)).toBe(5_001);
  expect(new Memory(directory).nextIncarnation(9_000)).toBe(9_000);
});

test("a damaged file is said to be so, and the copy before it is used", () => {
  const memory = new Memory(directory);
  memory.wanted = "stopped";
  memory.nextIncarnation(1);
  writeFileSync(join(directory, "wlbs.json"), "half a fi");
  const again = new Memory(directory);
  expect(again.problem).toContain("damaged");
  expect(again.wanted).toBe("stopped");
});
