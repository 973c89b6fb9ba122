/**
 * Ctrl-C and its kin. A request to stop ends the programs of the set-up, lets finish what must not be cut in two, and forbids
 * everything new; only then the parts are stopped and this program ends.
 */
import { setTimeout as pause } from "node:timers/promises";
import { say } from "./steps.mjs";

const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
const programs = new Set();
const indivisible = new Set();
let isStopping = false;

/** Thrown where something new would begin after a request to stop. Nobody needs to read it. */
export class Interrupted extends Error {}

export function interrupted() {
  return isStopping;
}

export function refuseWhenInterrupted() {
  if (isStopping) throw new Interrupted("Interrupted.");
}

/** A program of the set-up: it ends when we are asked to stop. */
export function endOnInterrupt(child) {
  programs.add(child);
  const forget = () => programs.delete(child);
  child.once("close", forget).once("error", forget);
}

/** Runs something that a request to stop waits for, and says what it waits for. */
export async function indivisibly(what, work) {
  const entry = { what, done: work() };
  indivisible.add(entry);
  try {
    return await entry.done;
  } finally {
    indivisible.delete(entry);
  }
}

/**
 * SIGINT, SIGTERM, a closed terminal, and the end of npm, which tells nobody, all mean: stop. With `lifeline` so does the
 * end of standard input.
 */
export function stopOnSignals(stop, { lifeline = false } = {}) {
  // A terminal that is gone takes no more words.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  const request = (signal) => {
    if (isStopping) return;
    isStopping = true;
    void end(stop).finally(() => process.exit(exitCodes[signal]));
  };
  for (const signal of Object.keys(exitCodes)) process.on(signal, () => request(signal));
  if (lifeline) process.stdin.on("end", () => request("SIGTERM")).resume();
  if (process.env.npm_lifecycle_event !== "start") return;
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && request("SIGTERM"), 1000).unref();
}

async function end(stop) {
  for (const { what } of indivisible) say(`\n  Waiting for ${what}; cut in two it would do harm.`);
  for (const child of programs) child.kill("SIGTERM");
  await Promise.allSettled([...indivisible].map(({ done }) => done));
  await programsEnded(5_000);
  for (const child of programs) child.kill("SIGKILL");
  await programsEnded(2_000);
  await stop();
}

/** One turn more than they need, in which those who ran them let go of their locks. */
async function programsEnded(limitMs) {
  for (let waitedMs = 0; programs.size > 0 && waitedMs < limitMs; waitedMs += 50) await pause(50);
  await pause(50);
}
