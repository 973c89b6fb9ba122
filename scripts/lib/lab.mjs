/** The lab as seen by the scripts: whether it can run, what has to be installed for it, and starting it. */
import path from "node:path";
import { installSystemPackages } from "./apt.mjs";
import { Child } from "./child.mjs";
import { refuseWhenInterrupted } from "./interrupt.mjs";
import { attempt } from "./run.mjs";
import { root, runtimeNode } from "./setup.mjs";
import { say } from "./steps.mjs";

/**
 * Asks the lab what it needs, installs what may be installed, and asks again.
 * @returns {Promise<{ possible: boolean, why?: string, tiers?: string[], limits?: string[] }>}
 */
export async function prepareLab({ assumeYes }) {
  const check = await labCheck();
  // Packages do not help where the kernel refuses.
  if (check.namespacesRefused || !(check.missingPackages?.length > 0)) return check;
  const wish = { packages: check.missingPackages, purpose: "the lab", assumeYes };
  return (await installSystemPackages(wish)) ? labCheck() : check;
}

async function labCheck() {
  const { stdout, output } = await attempt(await runtimeNode(), ["apps/lab/src/main.ts", "check"], {
    cwd: root,
  });
  try {
    return JSON.parse(stdout);
  } catch {
    const lines = output.trim().split("\n");
    return {
      possible: false,
      why: `Its check failed: ${lines.find((line) => /^\w*Error/.test(line)) ?? lines.at(-1)}`,
    };
  }
}

/**
 * Starts the lab. A lab that does not come up is no reason to end: `why` then says what happened.
 * @returns {Promise<{ isUp: boolean, problems: string[], why: string | null }>}
 */
export async function startLab({ options, instance, parts }) {
  let last = "";
  let ready = () => {};
  const isReady = new Promise((resolve) => {
    ready = resolve;
  });
  const child = new Child({
    name: "lab",
    file: await runtimeNode(),
    args: ["apps/lab/src/main.ts", "up", ...labOptions(options)],
    cwd: root,
    logFile: path.join(options.data, "logs", "lab.log"),
    onLine(line) {
      const event = parseLine(line);
      if (event?.ready) ready(event);
      else if (event?.step) last = showStep(event);
    },
  });
  parts.push(child);
  instance.adopt(child.pid);
  const result = await Promise.race([isReady, child.ended.then(() => null)]);
  refuseWhenInterrupted();
  if (result !== null) return { isUp: true, problems: result.problems ?? [], why: null };
  parts.splice(parts.indexOf(child), 1);
  const at = last === "" ? "" : ` at "${last}"`;
  const why = `It ended while starting${at}: ${child.tail(3)}\nThe whole log: ${child.logFile}`;
  return { isUp: false, problems: [], why };
}

function labOptions({ data, pairs, tokenMs }) {
  const token = tokenMs === null ? [] : ["--token-ms", String(tokenMs)];
  return ["--data", data, "--pairs", pairs, "--lifeline", ...token];
}

function parseLine(line) {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function showStep({ step: title, state, ms }) {
  const mark = { done: "✓", failed: "✗" }[state];
  if (mark) say(`  ${mark} ${`${(ms / 1000).toFixed(1)} s`.padStart(7)}  Lab: ${title}`);
  return title;
}
