/**
 * `npm test`: sets up what it needs as `npm start` does, then types, lint, format, house rules, unit, simulation, database,
 * lab and browser tests. The last line is `N passed, N failed`, and `, N skipped` where a machine lacks the rights.
 */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { findChromium } from "./lib/chromium.mjs";
import { interrupted, stopOnSignals } from "./lib/interrupt.mjs";
import { prepareLab } from "./lib/lab.mjs";
import { startProduct } from "./lib/own-system.mjs";
import { attempt } from "./lib/run.mjs";
import { root, runtimeNode, setUpConsole, setUpControllerBuilds, setUpPackages } from "./lib/setup.mjs";
import { Halt, report, say, step } from "./lib/steps.mjs";
import { Tally } from "./lib/tally.mjs";
import { readWordsOrHelp } from "./lib/words.mjs";

const usage = `Usage: npm test -- [options]

  --only LIST   parts to run, comma separated: static, unit, lab, browser (default all)
  --long        real packets in full: 32 hosts, 100,000 flows, 5,000 connections (a quarter of an hour more)
  --keep        keep the data directory of the lab and browser tests
  --help        this text
`;

const bin = (name) => path.join(root, "node_modules/.bin", name);
const tally = new Tally();
const knownParts = ["static", "unit", "lab", "browser"];
/** What the tests of the WLBS agent look at, see `agents/wlbs/src/multitude.lab.test.ts`. */
const longer = { BULKHEAD_LONG: "1" };
let work = "";
/** The product under test, while it runs. */
let system = null;

async function main() {
  const { parts, keep, long } = readOptions();
  const temporary = fs.existsSync("/var/tmp") ? "/var/tmp" : os.tmpdir();
  work = fs.mkdtempSync(path.join(temporary, "bulkhead-test-"));
  stopOnSignals(async () => {
    await system?.stop(60_000);
    if (!keep) fs.rmSync(work, { recursive: true, force: true });
  });
  process.chdir(root);
  fs.chmodSync(work, 0o755);
  say("\nBulkhead: tests\n");
  await setUpPackages();
  await setUpControllerBuilds();
  const check =
    parts.has("unit") || parts.has("lab") || parts.has("browser")
      ? await prepareLab({ assumeYes: true })
      : { possible: false };
  if (parts.has("static")) await staticChecks();
  if (parts.has("unit"))
    await vitest("Unit, simulation, database and namespace tests", "vitest.config.ts", long ? longer : {});
  if (parts.has("lab") || parts.has("browser")) await onRunningSystem(parts, check);
  if (!keep) fs.rmSync(work, { recursive: true, force: true });
}

function readOptions() {
  const flag = { type: "boolean" };
  const options = { only: { type: "string" }, long: flag, keep: flag, help: flag };
  const values = readWordsOrHelp(options, usage);
  const parts = new Set((values.only ?? knownParts.join(",")).split(","));
  const unknown = [...parts].filter((part) => !knownParts.includes(part));
  if (unknown.length > 0)
    throw new Halt(
      `--only knows no part "${unknown.join(", ")}".`,
      `Its parts: ${knownParts.join(", ")}.`,
      2,
    );
  return { parts, keep: values.keep ?? false, long: values.long ?? false };
}

async function staticChecks() {
  await tool("Types", bin("turbo"), ["run", "types", "--output-logs=errors-only", "--no-update-notifier"]);
  await tool("Lint", bin("oxlint"), ["--type-aware", "--deny-warnings", "--quiet"]);
  await tool("Format", bin("biome"), ["ci", "--reporter=summary", "."]);
}

async function tool(name, file, args) {
  const env = { TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1", NO_COLOR: "1", FORCE_COLOR: undefined };
  const result = await step(name, async (note) => {
    const outcome = await attempt(file, args, { cwd: root, env });
    if (outcome.code !== 0) note("failed");
    return outcome;
  });
  if (result.code !== 0) say(result.output.trim().split("\n").slice(-60).join("\n"));
  tally.one(name, result.code === 0);
}

/** Runs a Vitest configuration; its output is shown as it comes, its report is counted. */
async function vitest(name, config, env = {}) {
  const file = path.join(work, `${path.basename(path.dirname(path.resolve(config)))}-vitest.json`);
  const args = [
    path.join(root, "node_modules/vitest/vitest.mjs"),
    "run",
    "--config",
    config,
    "--reporter=dot",
    "--reporter=json",
    `--outputFile.json=${file}`,
  ];
  say(`\n  ${name}`);
  const { code } = await attempt(await runtimeNode(), args, { cwd: root, inherit: true, env });
  if (!tally.vitest(file)) tally.one(name, false);
  else if (code !== 0 && tally.failed.length === 0) tally.one(`${name}: ended with ${code}`, false);
}

/** The whole product, started by its own start command in a directory of its own. */
async function onRunningSystem(parts, check) {
  const why = check.possible ? null : (check.why ?? "not possible here");
  const data = path.join(work, "data");
  // A machine that runs all these tests at once may take its time: healthy nodes must not be taken for dead.
  const labArguments = why === null && parts.has("lab") ? ["--token-ms", "3000"] : ["--no-lab"];
  await setUpConsole();
  const { child: start, ready } = await startProduct(work, labArguments);
  system = start;
  try {
    const facts = await ready;
    if (facts === null) {
      say(start.tail(40));
      tally.one("npm start leads to a running system", false);
      return;
    }
    const hasLab = why === null && parts.has("lab") && facts.lab;
    if (parts.has("lab")) tally.one("npm start leads to a running system", why !== null || facts.lab);
    const env = {
      BULKHEAD_DATA: data,
      BULKHEAD_URL: facts.url,
      BULKHEAD_SETUP_URL: facts.setupUrl ?? "",
      BULKHEAD_LAB: hasLab ? "1" : "",
    };
    if (why !== null) tally.skip("stories of the lab", why);
    if (hasLab) await vitest("Stories on the running lab", "e2e/vitest.config.ts", env);
    if (parts.has("browser")) await browser(env);
  } finally {
    start.process.kill("SIGINT");
    await start.stop(60_000);
    if (parts.has("lab")) tally.one("stopping leaves no process behind", await leavesNothing(data));
  }
}

async function browser(env) {
  const chromium = await findChromium();
  if (chromium === null)
    return tally.skip("browser stories", "no Chromium is here and none could be installed");
  const file = path.join(work, "playwright.json");
  const args = [
    path.join(root, "node_modules/@playwright/test/cli.js"),
    "test",
    "--config",
    "e2e/playwright.config.ts",
    "--reporter=list,json",
  ];
  const { code } = await attempt(await runtimeNode(), args, {
    cwd: root,
    inherit: true,
    env: { ...env, CHROMIUM_PATH: chromium, PLAYWRIGHT_JSON_OUTPUT_NAME: file },
  });
  if (!tally.playwright(file)) tally.one("browser stories", false);
  else if (code !== 0 && tally.failed.length === 0) tally.one(`browser stories: ended with ${code}`, false);
}

/** No process of the system under test is left: none has its data directory in its command line. */
async function leavesNothing(data) {
  if (process.platform !== "linux") return true;
  const left = fs.readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && commandLine(pid).includes(data));
  for (const pid of left) say(`  left behind: ${pid} ${commandLine(pid).replaceAll("\0", " ")}`);
  const mounts = fs
    .readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .filter((line) => line.includes(data));
  for (const mount of mounts) say(`  left behind: ${mount}`);
  return left.length + mounts.length === 0;
}

function commandLine(pid) {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

main().then(
  () => {
    if (interrupted()) return;
    tally.print();
    process.exit(tally.failed.length === 0 ? 0 : 1);
  },
  (error) => {
    if (interrupted()) return;
    if (work === "") process.exit(report(error));
    const code = report(error instanceof Error ? error : new Halt(String(error), ""));
    tally.one("the test run itself", false);
    tally.print();
    process.exit(code);
  },
);
