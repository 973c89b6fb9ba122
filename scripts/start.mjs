/**
 * `npm start`: from a fresh clone to a console that shows a real fleet. Plain Node without dependencies: it installs what
 * is missing, builds what is stale, starts the parts in order and stops them in the opposite one.
 */
import fs from "node:fs";
import { ask, canAsk } from "./lib/ask.mjs";
import { checkPort, startController } from "./lib/controller.mjs";
import { Instance } from "./lib/instance.mjs";
import { interrupted, stopOnSignals } from "./lib/interrupt.mjs";
import { prepareLab, startLab } from "./lib/lab.mjs";
import { readOptions, usage } from "./lib/options.mjs";
import { removeData } from "./lib/remove-data.mjs";
import { checkSpace, setUpConsole, setUpControllerBuilds, setUpPackages } from "./lib/setup.mjs";
import { Halt, report, say, step } from "./lib/steps.mjs";
import { summarise } from "./lib/summary.mjs";

/** What a database and the lab's disks need to begin with. */
const dataBytesMin = 1e9;

async function main() {
  const options = readOptions();
  if (options.help) return void process.stdout.write(usage);
  say("\nBulkhead\n");
  const instance = new Instance(options.data);
  const parts = [];
  const stop = once(() => stopAll(parts, instance));
  stopOnSignals(stop, options);
  try {
    await instance.claim();
    await run({ options, instance, parts });
  } finally {
    await stop();
  }
}

async function run({ options, instance, parts }) {
  const begin = performance.now();
  await checkPort(options.port);
  if (options.reset) await reset(options);
  checkSpace(options.data, dataBytesMin);
  await setUpPackages();
  await setUpControllerBuilds();
  await setUpConsole();
  const check = options.withLab
    ? await prepareLab({ assumeYes: options.yes })
    : { possible: false, why: "It is left out by --no-lab." };
  const { url, setupUrl } = await startController({ options, instance, parts });
  const started = check.possible
    ? await startLab({ options, instance, parts })
    : { isUp: false, problems: [], why: check.why };
  const lab = { ...check, ...started };
  summarise({ url, setupUrl, lab, seconds: (performance.now() - begin) / 1000, data: options.data });
  if (options.announce)
    console.log(JSON.stringify({ url, setupUrl, lab: lab.isUp && lab.problems.length === 0 }));
  await Promise.race(parts.map(endedByItself));
}

/** Deletes the content of the data directory, which this start already holds. */
async function reset({ data, yes }) {
  if (fs.readdirSync(data).every((name) => name.startsWith("start.json"))) return;
  if (!yes) {
    const what = `everything in ${data}: fleet, users, audit log`;
    if (!canAsk())
      throw new Halt(
        `--reset would delete ${what}.`,
        "Without a terminal to ask at, add --yes to say so.",
        2,
      );
    if ((await ask(`  Delete ${what}? Type "delete" to go on: `)) !== "delete")
      throw new Halt("Nothing was deleted.", "Start without --reset to keep the data.");
  }
  await step(`Delete ${data}`, async () => removeData(data));
}

/** Rejects when a part ends that nothing can go on without. A lab that ends is said; console and controller go on. */
async function endedByItself(part) {
  const { code, signal } = await part.ended;
  const how = `${`The ${part.name} ended by itself (${code ?? signal}). ${part.tail()}`.trim()}\n`;
  const log = `The whole log: ${part.logFile}`;
  if (part.name !== "lab") throw new Halt(how, log);
  if (!interrupted())
    say(`\n${how}Console and controller go on; stop and start again to have the lab back. ${log}`);
  await new Promise(() => {});
}

async function stopAll(parts, instance) {
  for (const part of parts.filter(({ isRunning }) => isRunning).reverse())
    await step(`Stop ${part.name}`, () => part.stop());
  instance.release();
}

function once(work) {
  let done = null;
  return () => {
    done ??= work();
    return done;
  };
}

// After a signal, what it cut short is no failure worth a word, and its handler ends the program.
main().then(
  () => interrupted() || process.exit(0),
  (error) => interrupted() || process.exit(report(error)),
);
