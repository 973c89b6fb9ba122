/**
 * `up`: the process outside the lab. It starts the lab's first process inside fresh namespaces and ends with it. If this
 * one is killed, the kernel kills that one (parent death signal), and with it everything.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { labCall } from "./client.ts";
import { placesOf } from "./places.ts";
import { preflight } from "./preflight.ts";
import type { PairChoice } from "./topology.ts";

/** Exit codes of the lab: 0 ended as asked, 1 failed, 3 this machine cannot run it. */
export const exitCannot = 3;

export interface UpOptions {
  dataDir: string;
  /** End when standard input closes. */
  lifeline: boolean;
  fleet: boolean;
  pairs: PairChoice;
  /** Corosync's token of the pairs, ms; null = the product's own. */
  tokenMs: number | null;
}

/** Runs the lab to its end; resolves with the exit code. */
export async function up(options: UpOptions): Promise<number> {
  mkdirSync(options.dataDir, { recursive: true });
  const possible = await preflight();
  if (!possible.possible) {
    console.error(possible.why);
    return exitCannot;
  }
  if (await running(options.dataDir)) {
    console.error(
      "A lab is already running on this data directory. End it first, or use --data with another one.",
    );
    return 1;
  }
  if (possible.backTierRefused !== null) {
    console.log(JSON.stringify({ step: "back tier", state: "left out", reason: possible.backTierRefused }));
  }
  return supervise(start(options, possible.unshareFlags, possible.tiers), options.lifeline);
}

function start(options: UpOptions, unshareFlags: string[], tiers: string[]): ChildProcess {
  const main = fileURLToPath(new URL("./main.ts", import.meta.url));
  const first = fileURLToPath(new URL("../files/first.sh", import.meta.url));
  const fabric = ["sh", first, process.execPath, "--disable-warning=ExperimentalWarning", main, "fabric"];
  const facts = [
    "--data",
    placesOf(options.dataDir).data,
    "--tiers",
    tiers.join(","),
    "--pairs",
    options.pairs,
  ];
  const argv = ["--pdeathsig", "KILL", "--", "unshare", ...unshareFlags, "--", ...fabric, ...facts];
  if (options.tokenMs !== null) argv.push("--token-ms", String(options.tokenMs));
  if (!options.fleet) argv.push("--no-fleet");
  // A group of its own: Ctrl-C reaches this process only, which then closes the pipe and lets the lab end in order.
  return spawn("setpriv", argv, { stdio: ["pipe", "inherit", "inherit"], detached: true });
}

function supervise(lab: ChildProcess, lifeline: boolean): Promise<number> {
  const end = () => lab.stdin?.end();
  lab.stdin?.on("error", () => undefined);
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
  process.on("SIGHUP", end);
  if (lifeline) process.stdin.once("end", end).once("error", end).resume();
  return new Promise((resolve, reject) => {
    lab.on("error", reject);
    lab.on("exit", (code) => resolve(code ?? 1));
  });
}

async function running(dataDir: string): Promise<boolean> {
  return labCall(dataDir, { verb: "status" }).then(
    () => true,
    () => false,
  );
}
