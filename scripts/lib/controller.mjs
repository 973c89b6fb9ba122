/** Starts the controller, which brings database, API and console, and waits until it answers. */
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Child } from "./child.mjs";
import { root, runtimeNode } from "./setup.mjs";
import { Halt, step } from "./steps.mjs";

const readyWithinMs = 120_000;

/** Halts when nobody can listen there. */
export async function checkPort(port) {
  const server = net.createServer();
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  }).catch((error) => {
    if (error.code === "EACCES")
      throw new Halt(`This user may not listen on port ${port}.`, "Choose a port above 1023 with --port.");
    if (error.code === "EADDRINUSE")
      throw new Halt(
        `Port ${port} is already in use.`,
        `Stop what listens there, or choose another: npm start -- --port ${port < 65_535 ? port + 1 : 7700}`,
      );
    throw new Halt(`Nothing can listen on port ${port} of 127.0.0.1 (${error.code}).`, "Is lo up?");
  });
  await new Promise((resolve) => server.close(resolve));
}

/** @returns {Promise<{ url: string, setupUrl?: string }>} what the controller says of itself */
export async function startController({ options, instance, parts }) {
  return step("Start database, controller and console", async (note) => {
    const logs = path.join(options.data, "logs");
    fs.mkdirSync(logs, { recursive: true });
    const facts = path.join(options.data, "controller.json");
    fs.rmSync(facts, { force: true });
    const args = ["--data", options.data, "--port", String(options.port), "--lifeline"];
    const child = new Child({
      name: "controller",
      file: await runtimeNode(),
      args: ["apps/controller/src/main.ts", ...args],
      cwd: root,
      env: options.databaseUrl ? { BULKHEAD_DATABASE_URL: options.databaseUrl } : {},
      logFile: path.join(logs, "controller.log"),
    });
    parts.push(child);
    instance.adopt(child.pid);
    const found = await waitForFacts(child, facts, options.port);
    instance.announce(found.url);
    note(found.url);
    return found;
  });
}

/** The controller writes its facts when it is ready; until then it may also end, and then its log says why. */
async function waitForFacts(child, file, port) {
  const begin = performance.now();
  while (performance.now() - begin < readyWithinMs) {
    if (!child.isRunning)
      throw new Halt(`The controller did not start.\n${child.tail()}\n`, `The whole log: ${child.logFile}`);
    if (fs.existsSync(file)) {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
      if (answer?.ok) return JSON.parse(fs.readFileSync(file, "utf8"));
    }
    await pause(100);
  }
  throw new Halt(
    `The controller was not ready after ${readyWithinMs / 1000} s.`,
    `Its log: ${child.logFile}`,
  );
}
