import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { askLocalServer, type LocalServer, startLocalServer } from "./local-socket.ts";
import { silentLogger } from "./logger.ts";
import { runCommand } from "./run-command.ts";

let folder: string;
let server: LocalServer | null = null;
const path = () => join(folder, "run/agent.sock");

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bulkhead-socket-"));
});
afterEach(async () => {
  await server?.close();
  server = null;
  rmSync(folder, { recursive: true, force: true });
});

async function start(answer: (request: unknown) => Promise<unknown>): Promise<void> {
  server = await startLocalServer({ path: path(), log: silentLogger, answer });
}

it("answers one line with one line, on a socket that only its owner may open", async () => {
  await start(async (request) => ({ heard: request }));
  expect(await askLocalServer(path(), { verb: "status" }, { timeoutMs: 2_000 })).toEqual({
    heard: { verb: "status" },
  });
  expect(statSync(path()).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, "run")).mode & 0o777).toBe(0o700);
});

it("replaces what a dead process left", async () => {
  await start(async () => 1);
  await server?.close();
  writeFileSync(path(), "");
  await start(async () => 2);
  expect(await askLocalServer(path(), {}, { timeoutMs: 2_000 })).toBe(2);
});

it("answers rubbish and failing answers with bad-params, and goes on", async () => {
  await start(async () => {
    throw new Error("no");
  });
  expect(await askLocalServer(path(), {}, { timeoutMs: 2_000 })).toMatchObject({ code: "bad-params" });
  const answer = await new Promise<string>((resolve) => {
    const socket = connect(path(), () => socket.write("}{\n"));
    socket.on("data", (chunk) => resolve(chunk.toString()));
  });
  expect(answer).toContain("bad-params");
});

it("rejects when nobody listens, and when the answer takes too long", async () => {
  await expect(askLocalServer(path(), {}, { timeoutMs: 100 })).rejects.toThrow(/ENOENT/);
  await start(() => new Promise(() => undefined));
  await expect(askLocalServer(path(), {}, { timeoutMs: 50 })).rejects.toThrow(/no answer within 50 ms/);
});

it("runs a program without a shell, and a missing one gives null", async () => {
  expect(await runCommand("echo", ["$HOME;", "a b"])).toEqual({
    exitCode: 0,
    stdout: "$HOME; a b\n",
    stderr: "",
  });
  expect(await runCommand("sh", ["-c", "exit 3"])).toMatchObject({ exitCode: 3 });
  expect(await runCommand("no-such-program-here", [])).toMatchObject({ exitCode: null });
});
