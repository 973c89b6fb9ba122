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
    const started = await startProduct(work, startArguments);
    system = started.child;
    const facts = await labOf(started, work);
    const env = { BULKHEAD_DATA: path.join(work, "data"), BULKHEAD_URL: facts.url };
    const argv = ["--disable-warning=ExperimentalWarning", program, ...words];
    const { code } = await attempt(await runtimeNode(), argv, { cwd: root, inherit: true, env });
    return typeof code === "number" ? code : 1;
  } finally {
    await end();
  }
}

/** Halts when no lab with a pair came up: there is nothing to try then. */
async function labOf({ child, ready }, work) {
  const facts = await ready;
  const lab = facts?.lab ? JSON.parse(fs.readFileSync(path.join(work, "data/lab.json"), "utf8")) : null;
  if (lab?.tiers.includes("back")) return facts;
  throw new Halt(`No pair came up here.\n${child.tail(30)}\n`, "npm start says what this machine lacks.", 3);
}

/**
 * Begins `npm start` on a free port, with its data in `work`/data and its log in `work`/start.log.
 * `ready`: the facts that it announces, or null when it ended without them. It ends with its `stop`, or with us.
 * @param {string} work  @param {string[]} startArguments
 */
export async function startProduct(work, startArguments) {
  say("\n  npm start, in a directory of its own");
  const port = await freePort();
  let announce = () => {};
  const announced = new Promise((resolve) => {
    announce = resolve;
  });
  const own = [
    "--data",
    path.join(work, "data"),
    "--port",
    String(port),
    "--announce",
    "--lifeline",
    "--yes",
  ];
  const child = new Child({
    name: "npm start",
    file: process.execPath,
    args: ["scripts/start.mjs", ...own, ...startArguments],
    cwd: root,
    logFile: path.join(work, "start.log"),
    onLine: (line) => line.startsWith("{") && announce(JSON.parse(line)),
  });
  return { child, ready: Promise.race([announced, child.ended.then(() => null)]) };
}

function freePort() {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
