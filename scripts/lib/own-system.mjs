/** The whole product in a data directory of its own, started by its own start command, for programs that try it out. */
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { Child } from "./child.mjs";
import { stopOnSignals } from "./interrupt.mjs";
import { attempt } from "./run.mjs";
import { root, runtimeNode, setUpPackages } from "./setup.mjs";
import { Halt, say } from "./steps.mjs";

/**
 * Starts the product with a lab, runs a program of this checkout on it, and ends everything.
 * @param {{ program: string, words: string[], startArguments: string[] }} wish `program`: path in the checkout;
 *   it finds the system by BULKHEAD_DATA and BULKHEAD_URL
 * @returns {Promise<number>} the program's exit code
 */
export async function onOwnSystem({ program, words, startArguments }) {
  const work = fs.mkdtempSync(
    path.join(fs.existsSync("/var/tmp") ? "/var/tmp" : os.tmpdir(), "bulkhead-run-"),
  );
  let system = null;
  const end = async () => {
    await system?.stop(60_000);
    fs.rmSync(work, { recursive: true, force: true });
  };
  stopOnSignals(end);
  try {
    fs.chmodSync(work, 0o755);
    await setUpPackages();
    const { child, facts } = await startSystem(work, startArguments);
    system = child;
    const env = { BULKHEAD_DATA: path.join(work, "data"), BULKHEAD_URL: facts.url };
    const argv = ["--disable-warning=ExperimentalWarning", program, ...words];
    const { code } = await attempt(await runtimeNode(), argv, { cwd: root, inherit: true, env });
    return typeof code === "number" ? code : 1;
  } finally {
    await end();
  }
}

/** Halts when no lab with a pair came up: there is nothing to try then. */
async function startSystem(work, startArguments) {
  say("\n  npm start, in a directory of its own");
  let ready = () => {};
  const isReady = new Promise((resolve) => {
    ready = resolve;
  });
  const data = path.join(work, "data");
  const child = new Child({
    name: "npm start",
    file: process.execPath,
    args: [
      "scripts/start.mjs",
      "--data",
      data,
      "--port",
      String(await freePort()),
      "--announce",
      "--lifeline",
      "--yes",
      ...startArguments,
    ],
    cwd: root,
    logFile: path.join(work, "start.log"),
    onLine: (line) => line.startsWith("{") && ready(JSON.parse(line)),
  });
  const facts = await Promise.race([isReady, child.ended.then(() => null)]);
  const lab = facts?.lab ? JSON.parse(fs.readFileSync(path.join(data, "lab.json"), "utf8")) : null;
  if (lab?.tiers.includes("back")) return { child, facts };
  const said = child.tail(30);
  await child.stop(60_000);
  throw new Halt(`No pair came up here.\n${said}\n`, "npm start says what this machine lacks.", 3);
}

function freePort() {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
