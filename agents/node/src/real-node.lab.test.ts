import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
// @ts-expect-error The build script is plain JavaScript, so that it runs on any Node.
import { bundleAgent } from "../build.mjs";
import { runProgram } from "./testing/run-program.ts";

/** One tree: killing its first process takes network, mounts and processes with it. */
const ownTree = [...(process.getuid?.() === 0 ? [] : ["-Ur"]), "-mnpf", "--kill-child", "--mount-proc"];
const canUnshare = (await runProgram("unshare", [...ownTree, "nft", "list", "tables"])).exitCode === 0;

const folder = mkdtempSync(join(tmpdir(), "bulkhead-real-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.skipIf(!canUnshare)(
  "the built agent lives through service, refusal, crash, restart and release",
  { timeout: 300_000 },
  async () => {
    await bundleAgent(join(folder, "dist"));
    const program = fileURLToPath(new URL("testing/real-node.ts", import.meta.url));
    const seen = await inOwnTree([program, join(folder, "dist"), join(folder, "root")]);
    const there = { tables: true, vip: true };
    expect(seen).toMatchObject({
      becomesHost: { accepted: true },
      serving: there,
      refusesOtherService: { accepted: false, rule: "R1", reason: expect.stringContaining("KB Q223157") },
      afterKill: there,
      afterRestart: there,
      query: expect.stringContaining("web-1"),
      release: { accepted: true },
      afterRelease: { tables: false, vip: false, exitCode: 0 },
      nextLife: 3,
      status: { service: "none" },
    });
  },
);

function inOwnTree(args: string[]): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    execFile(
      "unshare",
      [...ownTree, process.execPath, ...args],
      { timeout: 280_000 },
      (error, stdout, stderr) => {
        if (error) reject(new Error(`${error.message}\n${stderr}`));
        else resolve(JSON.parse(stdout) as Record<string, unknown>);
      },
    );
  });
}
