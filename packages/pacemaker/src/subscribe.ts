/**
 * Tools of the engine that stay and print whenever something changes. What they print is not read: it is the moment that
 * counts. A subscription that ends is begun again; while there is none, whoever listens has to look by himself.
 */
import { spawn } from "node:child_process";
import { searchPath } from "./execute.ts";

/** The engine is away, or starts: no hurry. */
const againMs = 2_000;

export interface Subscription {
  /** False between an end and the next beginning. */
  isAlive(): boolean;
  stop(): void;
}

export interface SubscribeOptions {
  command: readonly [string, ...string[]];
  /** Called for every piece that is printed, the first one included. */
  onChange: () => void;
  /** Runs `wake` after `delayMs`; the answer cancels it. */
  after(delayMs: number, wake: () => void): () => void;
}

/**
 * Every change in the CIB, on whichever node, 60 ms after it. Of a burst of changes the first is told at once and the rest
 * after up to 2 s, so look again for a while. Costs nothing while nothing changes; 13 MB.
 */
export const cibChanges: readonly [string, ...string[]] = [
  "crm_mon",
  "--output-as=text",
  "--interval=1s",
  "--inactive",
  "--include=none,nodes,resources,failures,fencing",
];

/**
 * `stdbuf`: the tools would keep what they print until a page is full. `setpriv`: they end with us, however we end: some
 * eat a whole core once their standard input is gone (corosync-cmapctl does).
 */
export function subscribe({ command, onChange, after }: SubscribeOptions): Subscription {
  let isStopped = false;
  let end = () => {};
  let isAlive = false;

  function begin(): void {
    if (isStopped) return;
    const child = spawn("setpriv", ["--pdeathsig", "KILL", "stdbuf", "-oL", ...command], {
      env: { PATH: searchPath.join(":"), LC_ALL: "C" },
      stdio: ["pipe", "pipe", "ignore"],
    });
    let hasEnded = false;
    const ended = () => {
      if (hasEnded) return;
      hasEnded = true;
      isAlive = false;
      const cancel = after(againMs, begin);
      end = cancel;
    };
    isAlive = true;
    end = () => child.kill("SIGKILL");
    child.on("error", ended);
    child.on("close", ended);
    child.stdin.on("error", () => {});
    child.stdout.on("data", onChange);
  }

  begin();
  return {
    isAlive: () => isAlive,
    stop() {
      isStopped = true;
      end();
    },
  };
}
