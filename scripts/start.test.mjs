/** `npm start` where it must refuse: one sentence with the cure, an exit code, nothing half-started, no stack. */
import { spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { processMark } from "./lib/processes.mjs";

const start = fileURLToPath(new URL("start.mjs", import.meta.url));
let work = "";

beforeEach(() => {
  work = fs.mkdtempSync(path.join(os.tmpdir(), "bulkhead-start-"));
});

afterEach(() => fs.rmSync(work, { recursive: true, force: true }));

/** Runs it to its end. Standard input is no terminal, so that it never asks. */
function runStart(args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [start, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, BULKHEAD_DATABASE_URL: undefined, INIT_CWD: work, ...env },
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => {
        said += chunk;
      });
    child.on("close", (code) => resolve({ code, said }));
  });
}

const noStack = /\n\s+at .*:\d+/;

async function occupiedPort() {
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: server.address().port, close: () => new Promise((resolve) => server.close(resolve)) };
}

describe("what cannot be meant is refused with exit code 2", () => {
  it.each([
    [["--port", "abc"], "--port abc is not a port. Give a number from 1 to 65535."],
    [["--port", "0"], "--port 0 is not a port."],
    [["--port", "65536"], "--port 65536 is not a port."],
    [["--colour"], "Unknown option '--colour'."],
    [["extra"], "Unexpected argument 'extra'."],
    [["--data="], "--data is empty."],
    [["--data", "x".repeat(120)], "is too long by"],
    [["--database-url", "mysql://x/y"], "The database URL cannot be read."],
    [["--database-url", "postgres://[x"], "The database URL cannot be read."],
  ])("%j", async (args, sentence) => {
    const { code, said } = await runStart(args);
    expect(said).toContain(sentence);
    expect(said).not.toMatch(noStack);
    expect(code).toBe(2);
    expect(fs.readdirSync(work)).toEqual([]);
  });

  it("a database URL in the environment, without repeating its password", async () => {
    const { code, said } = await runStart([], { BULKHEAD_DATABASE_URL: "http://me:hunter2@db/x" });
    expect(said).toContain("The database URL cannot be read.");
    expect(said).not.toContain("hunter2");
    expect(code).toBe(2);
  });

  it("--reset, when nobody can be asked and --yes is not said", async () => {
    fs.mkdirSync(path.join(work, "secrets"));
    const { code, said } = await runStart(["--data", work, "--port", String(await freePort()), "--reset"]);
    expect(said).toContain("add --yes");
    expect(code).toBe(2);
    expect(fs.readdirSync(work)).toEqual(["secrets"]);
  });
});

async function freePort() {
  const { port, close } = await occupiedPort();
  await close();
  return port;
}

it("--help explains the options", async () => {
  const { code, said } = await runStart(["--help"], { BULKHEAD_DATABASE_URL: "not one" });
  for (const option of ["--port", "--data", "--database-url", "--no-lab", "--reset", "--yes"])
    expect(said).toContain(option);
  expect(code).toBe(0);
});

it("a port in use: says which, leaves no directory behind", async () => {
  const { port, close } = await occupiedPort();
  const data = path.join(work, "deep", "data");
  const { code, said } = await runStart(["--port", String(port), "--data", data]);
  await close();
  expect(said).toContain(`Port ${port} is already in use. Stop what listens there, or choose another`);
  expect(code).toBe(1);
  expect(fs.readdirSync(work)).toEqual([]);
});

describe("a data directory that cannot be one", () => {
  it.runIf(process.platform === "linux")("below /proc, where directories cannot be made", async () => {
    const { code, said } = await runStart(["--data", "/proc/bulkhead/data"]);
    expect(said).toContain("The data directory /proc/bulkhead/data cannot be written");
    expect(code).toBe(1);
  });

  it("a file", async () => {
    fs.writeFileSync(path.join(work, "file"), "mine");
    const { code, said } = await runStart(["--data", "file"]);
    expect(said).toContain("a part of the path is a file");
    expect(said).not.toMatch(noStack);
    expect(code).toBe(1);
  });

  it("without the right to write", async () => {
    // Rights do not stop root, except where the kernel makes the files.
    const locked = process.getuid?.() === 0 ? "/sys" : path.join(work, "locked");
    fs.mkdirSync(locked, { mode: 0o555, recursive: true });
    const { code, said } = await runStart(["--data", path.join(locked, "data")]);
    expect(said).toContain("this user has no right to");
    expect(code).toBe(1);
  });

  it("somebody's files", async () => {
    fs.writeFileSync(path.join(work, "thesis.txt"), "mine");
    const { code, said } = await runStart(["--data", work]);
    expect(said).toContain("holds other files (thesis.txt) and no data of Bulkhead");
    expect(code).toBe(1);
    expect(fs.readdirSync(work)).toEqual(["thesis.txt"]);
  });
});

it("a second start says who runs and where, and leaves the first alone", async () => {
  const file = path.join(work, "start.json");
  const state = { start: processMark(process.pid), children: [], url: "http://127.0.0.1:7799" };
  fs.writeFileSync(file, JSON.stringify(state));
  for (const more of [[], ["--reset", "--yes"]]) {
    const { code, said } = await runStart(["--data", work, ...more]);
    expect(said).toContain(`already runs from ${work} at http://127.0.0.1:7799 (process ${process.pid})`);
    expect(code).toBe(1);
    expect(JSON.parse(fs.readFileSync(file, "utf8"))).toEqual(state);
  }
});
