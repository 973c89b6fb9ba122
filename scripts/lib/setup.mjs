/**
 * What both commands need before anything of Bulkhead can run: npm packages, the pinned Node, and what is built from
 * source. Each is done only when it is stale; staleness is judged by content, never by dates.
 */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Lock } from "./lock.mjs";
import { endAll } from "./processes.mjs";
import { attempt, run } from "./run.mjs";
import { Halt, say, step } from "./steps.mjs";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const stamps = path.join(root, "node_modules/.cache/bulkhead");

/** Free space that an installation and a first start need, with some air. */
const freeBytesMin = 2.5e9;

/** Everything up to running source files: checks, npm packages, pinned Node. */
export async function setUpPackages() {
  checkSystem();
  const lock = digestOf(["package-lock.json"]);
  const isFresh = () =>
    readStamp("packages") === lock && fs.existsSync(path.join(root, "node_modules/typescript"));
  await unlessFresh(isFresh, async (onStart) => {
    checkSpace(root);
    await step("Install npm packages", () => installPackages(onStart));
    writeStamp("packages", lock);
  });
  await runtimeNode();
}

/** Two commands in one checkout take turns: one sets up, the other waits and finds it done. */
async function unlessFresh(isFresh, work) {
  if (isFresh()) return;
  const lock = new Lock(path.join(root, ".set-up.json"));
  let isTold = false;
  for (;;) {
    const { heldBy, left } = lock.take();
    if (heldBy === null) {
      await endAll(left, 0);
      break;
    }
    if (!isTold) say(`  Waiting for process ${heldBy.start.pid}, which sets up this checkout.`);
    isTold = true;
    await pause(200);
  }
  try {
    if (!isFresh()) await work((pid) => lock.adopt(pid));
  } finally {
    lock.release();
  }
}

/** Prisma client and agent bundle: the controller needs both. */
export async function setUpControllerBuilds() {
  const client = {
    title: "Prisma client",
    sources: ["prisma/schema.prisma", "packages/db/generate.mjs"],
    outputs: ["packages/db/src/generated"],
  };
  await build(client, async (onStart) => {
    await run(await runtimeNode(), ["packages/db/generate.mjs"], { cwd: root, onStart });
  });
  const agentSources = [
    "agents",
    "packages/core/src",
    "packages/protocol/src",
    "packages/nft/src",
    "packages/net/src",
    "packages/runtime/src",
    "packages/pacemaker/src",
  ];
  const agent = { title: "Agent bundle", sources: agentSources, outputs: ["agents/node/dist"] };
  await build(agent, async (onStart) => {
    await run(await runtimeNode(), ["agents/node/build.mjs"], { cwd: root, onStart });
  });
}

/** The static console. */
export async function setUpConsole() {
  const sources = [
    "apps/console",
    "packages/ui/src",
    "packages/api/src",
    "packages/core/src",
    "package-lock.json",
  ];
  await build({ title: "Console", sources, outputs: ["apps/console/out"] }, async (onStart) => {
    await run(await runtimeNode(), [path.join(root, "node_modules/next/dist/bin/next"), "build"], {
      cwd: path.join(root, "apps/console"),
      onStart,
      env: {
        NEXT_TELEMETRY_DISABLED: "1",
        NODE_ENV: "production",
        CI: "1",
        PATH: pathWith(await runtimeNode()),
      },
    });
  });
}

/** The Node that runs everything after the set-up: the pinned one on Linux, else this one if it can strip types. */
export async function runtimeNode() {
  const pinned = path.join(root, `node_modules/node-linux-${process.arch}/bin/node`);
  if (process.platform === "linux" && fs.existsSync(pinned)) {
    const { code } = await attempt(pinned, ["--version"]);
    if (code === 0) return pinned;
  }
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath;
  throw new Halt(
    `The pinned Node does not run on this system (${process.platform}/${process.arch}), and Node ${process.versions.node} cannot run TypeScript.`,
    "Install Node 24 and run the command again.",
  );
}

function checkSystem() {
  if (process.platform === "win32")
    throw new Halt("Bulkhead does not run on Windows.", "Use Linux, or Linux in WSL 2.");
  if (!["x64", "arm64"].includes(process.arch)) {
    throw new Halt(`Bulkhead does not run on ${process.arch} processors.`, "Use an x64 or arm64 machine.");
  }
  try {
    fs.accessSync(root, fs.constants.W_OK);
  } catch {
    throw new Halt(`This user may not write in ${root}.`, "Clone Bulkhead as the user who runs it.");
  }
}

/** Halts with a sentence if the file system of `directory` is nearly full. */
export function checkSpace(directory, bytesMin = freeBytesMin) {
  const { bavail, bsize } = fs.statfsSync(directory);
  const free = bavail * bsize;
  if (free >= bytesMin) return;
  const gigabytes = (bytes) => `${(bytes / 1e9).toFixed(1)} GB`;
  throw new Halt(
    `Only ${gigabytes(free)} are free where ${directory} lies; ${gigabytes(bytesMin)} are needed.`,
    "Free some space, or use another disk.",
  );
}

async function installPackages(onStart) {
  // No install script is needed: what they would do is done by our own launchers, so none is run.
  const args = [
    "ci",
    "--ignore-scripts",
    "--include=dev",
    "--include=optional",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
  ];
  const cure =
    "Check the network and the npm registry, then run the command again; nothing is half-installed.";
  const env = { PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: "1", NODE_ENV: "development" };
  const node = await nodeForNpm(onStart);
  const options = { cwd: root, env: { ...env, PATH: pathWith(node) }, cure, onStart };
  const script = process.env.npm_execpath;
  try {
    if (script?.endsWith(".js")) await run(node, [script, ...args], options);
    else await run("npm", args, options);
  } finally {
    fs.rmSync(firstNode, { recursive: true, force: true });
  }
}

const firstNode = path.join(root, ".set-up-node");

/**
 * npm leaves out optional packages that do not name its Node as theirs, among them native parts of the console's build. An
 * older Node therefore fetches the pinned one first, and that one runs npm.
 */
async function nodeForNpm(onStart) {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const isRecent = major >= 23 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);
  if (isRecent || process.platform !== "linux") return process.execPath;
  const name = `node-linux-${process.arch}`;
  const { optionalDependencies } = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8"));
  fs.mkdirSync(firstNode, { recursive: true });
  const args = ["install", "--prefix", firstNode, "--ignore-scripts", "--no-save", "--no-audit", "--no-fund"];
  const options = {
    cwd: firstNode,
    onStart,
    cure: "Check the network and the npm registry, or use Node 22.",
  };
  await run("npm", [...args, `${name}@${optionalDependencies[name]}`], options);
  return path.join(firstNode, "node_modules", name, "bin/node");
}

/** Programs that start `node` by name get the one that runs them. */
const pathWith = (node) => [path.dirname(node), process.env.PATH].join(path.delimiter);

async function build({ title, sources, outputs }, make) {
  const digest = digestOf(sources);
  const name = title.toLowerCase().replaceAll(" ", "-");
  const isFresh = () =>
    readStamp(name) === digest && outputs.every((output) => fs.existsSync(path.join(root, output)));
  await unlessFresh(isFresh, async (onStart) => {
    await step(`Build: ${title}`, () => make(onStart));
    writeStamp(name, digest);
  });
}

const skipped = new Set([
  "node_modules",
  "dist",
  "out",
  ".next",
  "generated",
  ".turbo",
  "next-env.d.ts",
  "testdata",
]);

/** SHA-256 over names and contents of files and folders, relative to the root. */
function digestOf(names) {
  const hash = createHash("sha256");
  const add = (name) => {
    const full = path.join(root, name);
    if (!fs.existsSync(full)) return;
    if (fs.statSync(full).isDirectory()) {
      for (const entry of fs.readdirSync(full).sort()) if (!skipped.has(entry)) add(path.join(name, entry));
    } else if (!/\.(test|fuzz)\.tsx?$/.test(name))
      hash.update(`${name}\0`).update(fs.readFileSync(full)).update("\0");
  };
  for (const name of names) add(name);
  return hash.digest("hex");
}

function readStamp(name) {
  try {
    return fs.readFileSync(path.join(stamps, name), "utf8");
  } catch {
    return null;
  }
}

function writeStamp(name, digest) {
  fs.mkdirSync(stamps, { recursive: true });
  fs.writeFileSync(path.join(stamps, name), digest);
}
