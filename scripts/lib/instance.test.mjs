/** One start per data directory, what a killed one leaves behind, and Ctrl-C at any moment: with real processes. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Instance } from "./instance.mjs";
import { Lock } from "./lock.mjs";
import { isAlive, processMark } from "./processes.mjs";

let work = "";
const spawned = [];

beforeEach(() => {
  work = fs.mkdtempSync(path.join(os.tmpdir(), "bulkhead-instance-"));
});

afterEach(() => {
  for (const child of spawned.splice(0)) child.kill("SIGKILL");
  fs.rmSync(work, { recursive: true, force: true });
});

function node(code) {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", code], {
    stdio: ["ignore", "pipe", "inherit"],
    cwd: work,
  });
  spawned.push(child);
  return child;
}

const forever = "setInterval(() => {}, 1000); console.log('up')";

async function up(child) {
  let said = "";
  for await (const chunk of child.stdout) {
    said += chunk;
    if (said.includes("up")) return said;
  }
  throw new Error(`It ended before it was up: ${said}`);
}

/** A process that has been, as a killed start leaves it in its file. */
async function deadMark() {
  const child = node("console.log('up'); setInterval(() => {}, 1000)");
  await up(child);
  const mark = processMark(child.pid);
  child.kill("SIGKILL");
  await once(child, "exit");
  return mark;
}

describe("the data directory", () => {
  it("is cleaned of what a killed start left running", async () => {
    const child = node(forever);
    await up(child);
    const left = processMark(child.pid);
    const state = { start: await deadMark(), children: [left], url: null };
    fs.writeFileSync(path.join(work, "start.json"), JSON.stringify(state));
    const instance = new Instance(work, { graceMs: 0 });
    await instance.claim();
    expect(isAlive(left)).toBe(false);
    instance.release();
    expect(fs.readdirSync(work)).toEqual([]);
  });

  it("never costs a stranger its life whose process id is the old one's", async () => {
    const child = node(forever);
    await up(child);
    const stranger = { pid: child.pid, startTime: "1" };
    const state = { start: await deadMark(), children: [stranger], url: null };
    fs.writeFileSync(path.join(work, "start.json"), JSON.stringify(state));
    const instance = new Instance(work, { graceMs: 0 });
    await instance.claim();
    expect(isAlive(processMark(child.pid))).toBe(true);
    instance.release();
  });

  it("is taken over from a file that a full disk cut off", async () => {
    fs.writeFileSync(path.join(work, "start.json"), '{"start":{"pi');
    const instance = new Instance(work);
    await instance.claim();
    instance.release();
    expect(fs.readdirSync(work)).toEqual([]);
  });

  it("goes again with all that was made for it when nothing was put in", async () => {
    const instance = new Instance(path.join(work, "a/b"));
    await instance.claim();
    instance.release();
    expect(fs.readdirSync(work)).toEqual([]);
  });
});

it("of two locks on one file one is held by the other, until it lets go", () => {
  const [first, second] = [0, 1].map(() => new Lock(path.join(work, "lock")));
  expect(first.take().heldBy).toBe(null);
  expect(second.take().heldBy?.start.pid).toBe(process.pid);
  second.release();
  expect(second.take().heldBy).not.toBe(null);
  first.release();
  expect(second.take().heldBy).toBe(null);
});

describe("a request to stop", () => {
  const here = (name) => JSON.stringify(pathToFileURL(path.join(import.meta.dirname, name)).href);
  const program = (body) => `
    import fs from "node:fs";
    import { indivisibly, stopOnSignals } from ${here("interrupt.mjs")};
    import { attempt } from ${here("run.mjs")};
    stopOnSignals(async () => fs.writeFileSync("stopped", ""));
    try { ${body} } catch {}`;

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ])("%s ends the program of the set-up that runs, then stops", async (signal, exitCode) => {
    const child = node(
      program(`
        const onStart = (pid) => { fs.writeFileSync("pid", String(pid)); console.log("up"); };
        await attempt("sleep", ["1000"], { onStart });
        await attempt("touch", ["went-on"]);`),
    );
    await up(child);
    const mark = processMark(Number(fs.readFileSync(path.join(work, "pid"), "utf8")));
    expect(isAlive(mark)).toBe(true);
    child.kill(signal);
    expect(await once(child, "exit")).toEqual([exitCode, null]);
    expect(isAlive(mark)).toBe(false);
    expect(fs.readdirSync(work).sort()).toEqual(["pid", "stopped"]);
  });

  it("waits for what must not be cut in two", async () => {
    const child = node(
      program(`
        const onStart = () => console.log("up");
        const script = "while [ ! -e go ]; do sleep 0.05; done; touch whole";
        await indivisibly("it", () => attempt("sh", ["-c", script], { toTheEnd: true, onStart }));`),
    );
    await up(child);
    child.kill("SIGINT");
    await pause(300);
    expect(child.exitCode).toBe(null);
    fs.writeFileSync(path.join(work, "go"), "");
    expect(await once(child, "exit")).toEqual([130, null]);
    expect(fs.readdirSync(work).sort()).toEqual(["go", "stopped", "whole"]);
  });
});
