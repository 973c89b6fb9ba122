/**
 * `npm start`: from a fresh clone to a console that shows a real fleet. Plain Node without dependencies: it installs what
 * is missing, builds what is stale, starts the parts in order and stops them in the opposite one.
 */
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { parseArgs } from "node:util";
import { installSystemPackages } from "./lib/apt.mjs";
import { Child } from "./lib/child.mjs";
import { Instance } from "./lib/instance.mjs";
import { removeData } from "./lib/remove-data.mjs";
import { attempt } from "./lib/run.mjs";
import {
  checkSpace,
  root,
  runtimeNode,
  setUpConsole,
  setUpControllerBuilds,
  setUpPackages,
} from "./lib/setup.mjs";
import { Halt, report, say, step } from "./lib/steps.mjs";

const usage = `Usage: npm start -- [options]

  --port N               port of console and API (default 7700)
  --data DIR             where data, secrets and logs are kept (default .bulkhead in this checkout)
  --database-url URL     your own PostgreSQL instead of the embedded one (or BULKHEAD_DATABASE_URL)
  --public-url URL       where browsers and machines reach it, when a proxy stands in front
  --no-lab               controller and console only
  --reset                delete the data directory first
  --yes                  install system packages and reset without asking
  --help                 this text
`;

function readOptions() {
  const options = {
    port: { type: "string", default: "7700" },
    data: { type: "string", default: path.join(root, ".bulkhead") },
    "database-url": { type: "string" },
    "public-url": { type: "string" },
    "no-lab": { type: "boolean", default: false },
    reset: { type: "boolean", default: false },
    yes: { type: "boolean", default: false },
    announce: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  };
  let values;
  try {
    ({ values } = parseArgs({ options }));
  } catch (error) {
    throw new Halt(`${String(error.message).split(". ")[0]}.`, `\n\n${usage}`, 2);
  }
  if (!/^\d+$/.test(values.port) || Number(values.port) < 1 || Number(values.port) > 65535) {
    throw new Halt(`--port ${String(values.port)} is not a port.`, "Give a number from 1 to 65535.", 2);
  }
  const databaseUrl = values["database-url"] ?? process.env.BULKHEAD_DATABASE_URL;
  if (databaseUrl !== undefined && !/^postgres(ql)?:\/\//.test(databaseUrl)) {
    throw new Halt(
      "The database URL must begin with postgres://.",
      "Give it as postgres://user:password@host:5432/name.",
      2,
    );
  }
  return {
    ...values,
    port: Number(values.port),
    data: path.resolve(values.data),
    databaseUrl,
    withLab: !values["no-lab"],
  };
}

async function main() {
  const options = readOptions();
  if (options.help) return void process.stdout.write(usage);
  const begin = performance.now();
  say("\nBulkhead\n");
  await checkPort(options.port);
  await reset(options);
  const instance = new Instance(options.data);
  await instance.claim();
  const parts = [];
  const stopping = stopOnSignals(parts, instance);
  try {
    checkSpace(options.data, 1e9);
    await setUpPackages();
    await setUpControllerBuilds();
    await setUpConsole();
    const lab = options.withLab
      ? await labPossible(options)
      : { possible: false, why: "left out by --no-lab" };
    const controller = await startController(options, instance, parts);
    if (lab.possible) await runLab(lab, { options, instance, parts });
    summarise({ ...controller, lab, begin, options });
    // For programs that start us (npm test): the facts as one line of JSON.
    if (options.announce)
      console.log(
        JSON.stringify({
          url: controller.url,
          setupUrl: controller.setupUrl,
          lab: lab.possible && lab.problems.length === 0,
        }),
      );
    await Promise.race([stopping.requested, ...parts.map(endedByItself)]);
  } finally {
    await stopping.stop();
  }
}

async function checkPort(port) {
  const server = net.createServer();
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  }).catch((error) => {
    if (error.code === "EACCES")
      throw new Halt(`This user may not listen on port ${port}.`, "Choose a port above 1023 with --port.");
    throw new Halt(
      `Port ${port} is already in use.`,
      `Stop what listens there, or choose another: npm start -- --port ${port + 1}`,
    );
  });
  await new Promise((resolve) => server.close(resolve));
}

async function reset({ reset: isWanted, data, yes }) {
  if (!isWanted || !fs.existsSync(data)) return;
  const instance = new Instance(data);
  await instance.claim();
  if (!yes && process.stdin.isTTY === true) {
    const { createInterface } = await import("node:readline/promises");
    const dialog = createInterface({ input: process.stdin, output: process.stderr });
    const answer = await dialog.question(
      `  Delete everything in ${data}: fleet, users, audit log? Type "delete" to go on: `,
    );
    dialog.close();
    if (answer.trim() !== "delete") throw new Halt("Nothing was deleted.", "");
  }
  await step(`Delete ${data}`, async () => removeData(data));
}

/** Asks the lab what it needs, installs what may be installed, and asks again. */
async function labPossible(options) {
  let check = await labCheck();
  if (check.missingPackages?.length > 0) {
    await installSystemPackages({
      packages: check.missingPackages,
      purpose: "The lab",
      assumeYes: options.yes,
    });
    check = await labCheck();
  }
  return check;
}

async function labCheck() {
  const { stdout, output } = await attempt(await runtimeNode(), ["apps/lab/src/main.ts", "check"], {
    cwd: root,
  });
  try {
    return JSON.parse(stdout);
  } catch {
    return {
      possible: false,
      why: `its check failed: ${output.trim().split("\n").at(-1)}`,
      missingPackages: [],
    };
  }
}

async function startController(options, instance, parts) {
  return step("Start database, controller and console", async (note) => {
    const logs = path.join(options.data, "logs");
    fs.mkdirSync(logs, { recursive: true });
    const facts = path.join(options.data, "controller.json");
    fs.rmSync(facts, { force: true });
    const child = new Child({
      name: "controller",
      file: await runtimeNode(),
      args: [
        "apps/controller/src/main.ts",
        "--data",
        options.data,
        "--port",
        String(options.port),
        "--lifeline",
        ...(options["public-url"] ? ["--public-url", options["public-url"]] : []),
      ],
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
  for (let waitedMs = 0; waitedMs < 120_000; waitedMs += 100) {
    if (!child.isRunning)
      throw new Halt(
        `The controller ended while starting.\n${child.tail()}\n`,
        `The whole log: ${child.logFile}`,
      );
    if (fs.existsSync(file)) {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
      if (answer?.ok) return JSON.parse(fs.readFileSync(file, "utf8"));
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Halt("The controller was not ready after 120 s.", `Its log: ${child.logFile}`);
}

async function startLab(options, instance, parts) {
  const logFile = path.join(options.data, "logs", "lab.log");
  let last = "";
  let ready = () => {};
  const isReady = new Promise((resolve) => {
    ready = resolve;
  });
  const child = new Child({
    name: "lab",
    file: await runtimeNode(),
    args: ["apps/lab/src/main.ts", "up", "--data", options.data, "--lifeline"],
    cwd: root,
    logFile,
    onLine(line) {
      const event = parseLine(line);
      if (event?.ready) ready(event);
      else if (event?.step) last = showLabStep(event) ?? last;
    },
  });
  parts.push(child);
  instance.adopt(child.pid);
  const result = await Promise.race([isReady, child.ended.then(() => null)]);
  if (result !== null) return result.problems ?? [];
  parts.splice(parts.indexOf(child), 1);
  throw new Halt(
    `The lab ended while starting${last ? ` (${last})` : ""}.\n${child.tail()}\n`,
    `The whole log: ${logFile}`,
  );
}

function parseLine(line) {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function showLabStep({ step: title, state, ms }) {
  if (state === "done") say(`  ✓ ${`${(ms / 1000).toFixed(1)} s`.padStart(7)}  Lab: ${title}`);
  if (state === "failed") say(`  ✗ ${`${(ms / 1000).toFixed(1)} s`.padStart(7)}  Lab: ${title}`);
  return title;
}

/** A lab that does not come up is said in the summary; console and controller go on. */
async function runLab(lab, { options, instance, parts }) {
  try {
    lab.problems = await startLab(options, instance, parts);
  } catch (error) {
    lab.possible = false;
    lab.why = error.message;
  }
}

function summarise({ url, setupUrl, lab, begin, options }) {
  const seconds = ((performance.now() - begin) / 1000).toFixed(0);
  const lines = [``, `  Ready after ${seconds} s.`, ``, `  Console      ${url}`];
  if (setupUrl)
    lines.push(
      `  First sign-in  ${setupUrl}`,
      `               (works once; it creates the first administrator)`,
    );
  lines.push(`  Command line npx bulkhead nodes`, `  Data, logs   ${options.data}`);
  if (lab.possible) {
    lines.push(
      `  Lab          web-1 web-2 web-3 behind 10.77.0.100 (WLBS), db-1 db-2 with PostgreSQL at 10.77.0.50 (MSCS),`,
      `               witness-1, and a client with steady traffic; try: npx bulkhead lab kill web-2`,
    );
    for (const remark of [...(lab.limits ?? []), ...(lab.problems ?? [])])
      lines.push(`               ${remark}`);
  } else lines.push(`  Lab          does not run: ${lab.why}`);
  say(`${lines.join("\n")}\n\n  Ctrl-C stops all of it.\n`);
}

async function endedByItself(child) {
  const { code, signal } = await child.ended;
  throw new Halt(
    `The ${child.name} ended by itself (${code ?? signal}).\n${child.tail()}\n`,
    `The whole log: ${child.logFile}`,
  );
}

/** SIGINT, SIGTERM and a closed terminal all mean: stop, in order, and leave nothing. */
function stopOnSignals(parts, instance) {
  let request = () => {};
  const requested = new Promise((resolve) => {
    request = resolve;
  });
  let stopped = null;
  const stop = () => {
    stopped ??= (async () => {
      const running = parts.filter((part) => part.isRunning).reverse();
      for (const part of running) await step(`Stop ${part.name}`, () => part.stop());
      instance.release();
    })();
    return stopped;
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      request();
      void stop().then(() => process.exit(signal === "SIGINT" ? 130 : 143));
    });
  }
  return { requested, stop };
}

main().then(
  () => process.exit(0),
  (error) => process.exit(report(error)),
);
